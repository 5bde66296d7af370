/** One tab at a time speaks for the phone: by the browser's locks, else by a lease on the disk. */

import { uuid } from "./bytes";
import type { Database } from "./database";

const NAME = "sangesan-field-sync";
const LEASE = 120_000;

export class Lane {
  private readonly holder = uuid();
  private leased = false;

  constructor(private readonly db: Database) {}

  /** Runs it unless another tab is at it; whether it ran. */
  async alone(run: () => Promise<void>): Promise<boolean> {
    if (navigator.locks) {
      return navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
        if (lock) await run();
        return lock !== null;
      });
    }
    if (!(await this.take())) return false;
    this.leased = true;
    try {
      await run();
    } finally {
      this.leased = false;
      await this.db.clear.delete("lease");
    }
    return true;
  }

  /** Called before each request: a slow line must not lose the lane. */
  async renew(): Promise<void> {
    if (this.leased) await this.db.write("lease", { holder: this.holder, until: Date.now() + LEASE });
  }

  private take(): Promise<boolean> {
    return this.db.transaction("rw", this.db.clear, async () => {
      const lease = await this.db.read("lease");
      if (lease && lease.holder !== this.holder && lease.until > Date.now()) return false;
      await this.db.write("lease", { holder: this.holder, until: Date.now() + LEASE });
      return true;
    });
  }
}
