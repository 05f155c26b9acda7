// Why a certificate is refused: one class of failure, by the same names as on the command line.

export class CertificateInvalid extends Error {
  /** `reason` is the class; `detail` names the field or value at fault and holds no personal data. */
  constructor(reason, detail = "") {
    super(detail ? `${reason}: ${detail}` : reason);
    this.reason = reason;
    this.detail = detail;
  }
}

export function refuse(reason, detail) {
  throw new CertificateInvalid(reason, detail);
}

export function require(held, reason, detail) {
  if (!held) refuse(reason, detail);
}
