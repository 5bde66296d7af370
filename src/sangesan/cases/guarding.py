"""What the database itself refuses, on SQLite and PostgreSQL alike: a state that no step led to, a step changed or deleted.

Used by the migration only. Whatever reaches the tables (a page, a command, a shell) meets it.
"""

CASE, STEP = "cases_case", "cases_step"
HAS_STEP = "SELECT 1 FROM cases_step s WHERE s.case_id = NEW.id AND s.number = NEW.steps AND s.target = NEW.state"
LED_THERE = f"{HAS_STEP} AND s.source = OLD.state AND OLD.steps = NEW.steps - 1"
BEGUN = "NEW.steps = 0 AND NEW.state = 'checking'"  # what comes from elsewhere brings its steps with it
MOVED = "NEW.state <> OLD.state OR NEW.steps <> OLD.steps"
NO_STEP = "a case moves only by a step of the table"
KEPT = "steps are append-only"

POSTGRESQL = [
    f"""CREATE FUNCTION cases_moves_by_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF ({MOVED}) AND NOT EXISTS ({LED_THERE}) THEN RAISE EXCEPTION '{NO_STEP}'; END IF;
        RETURN NEW; END $$""",
    f"""CREATE FUNCTION cases_begins_by_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT ({BEGUN}) AND NOT EXISTS ({HAS_STEP}) THEN RAISE EXCEPTION '{NO_STEP}'; END IF;
        RETURN NEW; END $$""",
    f"CREATE TRIGGER cases_case_begins BEFORE INSERT ON {CASE} FOR EACH ROW EXECUTE FUNCTION cases_begins_by_step()",
    f"CREATE TRIGGER cases_case_moves BEFORE UPDATE ON {CASE} FOR EACH ROW EXECUTE FUNCTION cases_moves_by_step()",
    f"CREATE FUNCTION cases_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$",
    f"CREATE TRIGGER cases_step_no_update BEFORE UPDATE ON {STEP} FOR EACH ROW EXECUTE FUNCTION cases_step_kept()",
    f"CREATE TRIGGER cases_step_no_delete BEFORE DELETE ON {STEP} FOR EACH ROW EXECUTE FUNCTION cases_step_kept()",
]
SQLITE = [
    f"""CREATE TRIGGER cases_case_moves BEFORE UPDATE ON {CASE} WHEN ({MOVED}) AND NOT EXISTS ({LED_THERE})
        BEGIN SELECT RAISE(ABORT, '{NO_STEP}'); END""",
    f"""CREATE TRIGGER cases_case_begins BEFORE INSERT ON {CASE} WHEN NOT ({BEGUN}) AND NOT EXISTS ({HAS_STEP})
        BEGIN SELECT RAISE(ABORT, '{NO_STEP}'); END""",
    f"CREATE TRIGGER cases_step_no_update BEFORE UPDATE ON {STEP} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
    f"CREATE TRIGGER cases_step_no_delete BEFORE DELETE ON {STEP} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
]
DROPPED = [
    ("cases_case_begins", CASE),
    ("cases_case_moves", CASE),
    ("cases_step_no_update", STEP),
    ("cases_step_no_delete", STEP),
]
FUNCTIONS = ("cases_begins_by_step", "cases_moves_by_step", "cases_step_kept")
