"""Every page's address."""

from django.urls import path

from sangesan.web.views import (
    audit,
    clues,
    deliveries,
    departments,
    errors,
    files,
    front,
    households,
    jobs,
    parameters,
    rules,
    runs,
    sign_in,
    visits,
)

urlpatterns = [
    path("", front.front, name="front"),
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("post/", sign_in.choose_post, name="choose-post"),
    path("language/", sign_in.set_language, name="set_language"),
    path("clues/", clues.clues, name="clues"),
    path("clues/download.xlsx", clues.clues_download, name="clues-download"),
    path("clues/<int:clue_id>/", clues.clue, name="clue"),
    path("clues/<int:clue_id>/visit/", clues.visit, name="clue-visit"),
    path("clues/<int:clue_id>/evidence/<int:evidence_id>/", clues.clue_source, name="clue-source"),
    path("households/", households.households, name="households"),
    path("households/<int:household_id>/", households.household, name="household"),
    path("households/<int:household_id>/timeline/", households.household_timeline, name="household-timeline"),
    path("households/<int:household_id>/visit/", visits.record, name="visit-record"),
    path("visits/<int:visit_id>/", visits.visit, name="visit"),
    path("visits/<int:visit_id>/explain/", visits.explain, name="visit-explain"),
    path("files/<int:attachment_id>/", files.attachment, name="attachment"),
    path("people/<int:person_id>/identity/", households.reveal, name="reveal"),
    path("departments/", departments.departments, name="departments"),
    path("departments/<slug:code>/", departments.department, name="department"),
    path("deliveries/upload/", deliveries.upload, name="upload"),
    path("deliveries/<int:delivery_id>/withdraw/", deliveries.withdraw_delivery, name="delivery-withdraw"),
    path("deliveries/<int:delivery_id>/", deliveries.delivery, name="delivery"),
    path("parameters/", parameters.parameters, name="parameters"),
    path("parameters/<str:code>/", parameters.parameter, name="parameter"),
    path("parameters/<str:code>/try/", parameters.try_parameter, name="parameter-try"),
    path("parameters/<str:code>/amend/", parameters.amend_parameter, name="parameter-amend"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:code>/", rules.rule, name="rule"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/start/", runs.start, name="run-start"),
    path("jobs/<int:run_id>/", jobs.job, name="job"),
    path("jobs/<int:run_id>/stop/", jobs.stop, name="job-stop"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verdict/", audit.verdict, name="audit-verdict"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
