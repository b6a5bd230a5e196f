import { Refusal } from "../base/errors.ts";
import type { Micros } from "../base/types.ts";
import type { AccountChange, StoredLogin } from "../store/ports.ts";
import { type Core, withoutFactor } from "./core.ts";
import { hashSecret } from "./secret.ts";
import { newRecoveryCodes, newTotpSecret, normalRecoveryCode, totpStepOf, totpUri } from "./totp.ts";
import type { Asker } from "./types.ts";

/** Uses a code of the app, or a recovery code up. @returns the login as it is then; null: the code is not good */
export function useCode(login: StoredLogin, code: string, now: Micros): StoredLogin | null {
  if (login.totpSecret === null) return null;
  const step = totpStepOf(login.totpSecret, code, now, login.totpStep);
  if (step !== null) return { ...login, totpStep: step };
  const hash = hashSecret(normalRecoveryCode(code));
  const left = login.recoveryCodes.filter((one) => one !== hash);
  return left.length < login.recoveryCodes.length ? { ...login, recoveryCodes: left } : null;
}

/** The second factor of an account: codes by time, and recovery codes for when the app is lost. */
export class SecondFactor {
  constructor(private readonly core: Core) {}

  /**
   * A new secret, which counts once a code of it is confirmed.
   * @throws Refusal sign_in_failed, too_many_attempts; invalid_request when it is on already
   */
  async begin(user: number, password: string, asker: Asker): Promise<{ secret: string; uri: string }> {
    const { store, random } = this.core.needs;
    const proven = await this.core.prove(user, password, asker);
    return this.core.inTurn(async () => {
      const login = await this.unchanged(proven);
      if (login.totpConfirmed)
        throw new Refusal("invalid_request", "The second factor is on already; switch it off first.");
      const secret = newTotpSecret(random);
      await store.change([{ op: "login_put", login: { ...withoutFactor(login), totpSecret: secret } }]);
      return { secret, uri: totpUri(secret, this.core.user(user).email) };
    });
  }

  /**
   * Switches it on with a first code. Other browsers of the account are signed out.
   * @param keep hash of the sign-in that asks
   * @returns the recovery codes, shown this once
   * @throws Refusal sign_in_failed, too_many_attempts; invalid_request when `begin` was not asked
   */
  confirm(user: number, code: string, keep: string, asker: Asker): Promise<string[]> {
    const { random, clock } = this.core.needs;
    return this.core.inTurn(async () => {
      const { email } = this.core.user(user);
      const login = await this.core.login(user);
      const { totpSecret, totpStep } = login;
      if (totpSecret === null || login.totpConfirmed)
        throw new Refusal("invalid_request", "Begin with a new secret first.");
      const step = this.core.tryCode(email, asker, () => totpStepOf(totpSecret, code, clock.micros(), totpStep));
      if (step === null)
        throw new Refusal("sign_in_failed", "This is not the code of now. Is the phone's clock right?");
      const codes = newRecoveryCodes(random);
      const recoveryCodes = codes.map((one) => hashSecret(normalRecoveryCode(one)));
      this.core.signIns.dropAll(user, keep);
      const changes: AccountChange[] = [
        { op: "login_put", login: { ...login, totpConfirmed: true, totpStep: step, recoveryCodes } },
        { op: "sign_ins_delete", user, except: keep },
      ];
      await this.core.change(changes, { what: "second_factor_on", email, user, address: asker.address });
      return codes;
    });
  }

  /** Switches it off. @throws Refusal sign_in_failed, second_factor_needed, too_many_attempts */
  async disable(user: number, password: string, code: string, asker: Asker): Promise<void> {
    await this.withCode(user, password, code, asker, async (login) => {
      const { email } = this.core.user(user);
      const changes: AccountChange[] = [{ op: "login_put", login: withoutFactor(login) }];
      await this.core.change(changes, { what: "second_factor_off", email, user, address: asker.address });
    });
  }

  /** New recovery codes in place of those that are left. @throws Refusal sign_in_failed, too_many_attempts */
  renewCodes(user: number, password: string, code: string, asker: Asker): Promise<string[]> {
    const { random } = this.core.needs;
    return this.withCode(user, password, code, asker, async (login) => {
      const codes = newRecoveryCodes(random);
      const recoveryCodes = codes.map((one) => hashSecret(normalRecoveryCode(one)));
      const { email } = this.core.user(user);
      const changes: AccountChange[] = [{ op: "login_put", login: { ...login, recoveryCodes } }];
      await this.core.change(changes, { what: "recovery_codes_made", email, user, address: asker.address });
      return codes;
    });
  }

  /** Runs `work` on the login in which the code is used up. */
  private async withCode<T>(
    user: number,
    password: string,
    code: string,
    asker: Asker,
    work: (login: StoredLogin) => Promise<T>,
  ): Promise<T> {
    const proven = await this.core.prove(user, password, asker);
    return this.core.inTurn(async () => {
      const { email } = this.core.user(user);
      const login = await this.unchanged(proven);
      if (!login.totpConfirmed) throw new Refusal("invalid_request", "The second factor is not on.");
      const used = this.core.tryCode(email, asker, () => useCode(login, code, this.core.needs.clock.micros()));
      if (used === null) throw new Refusal("sign_in_failed", "The code is not good: wait for the next one.");
      return work(used);
    });
  }
  /** @throws Refusal sign_in_failed when the password was changed since it was proven */
  private async unchanged(proven: StoredLogin): Promise<StoredLogin> {
    const login = await this.core.login(proven.user);
    if (login.password === proven.password) return login;
    throw new Refusal("sign_in_failed", "The password was changed at this moment.");
  }
}
