"""What `signer attest` makes and what the command openssl makes is the same kind of thing, both ways."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attesting.made_certificates_of_places import (
    RSA_KEY,
    YEAR,
    Holder,
    PrivateKey,
    checked,
    make_ca,
    make_signer,
    openssl,
    reason,
    signed_file,
)
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signer.attesting import Attestation, Authorities, Place, check_attestation, signature_path

TODAY = datetime.now(UTC)
IN_FORCE = {"begin": TODAY - timedelta(days=1), "end": TODAY + YEAR}
KEYS: dict[str, PrivateKey] = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "RSA 2048": RSA_KEY,
    "RSA 3072": rsa.generate_private_key(65537, 3072),
}
CONTENTS = {"lines": b"a,b\n1,2\n", "dos": b"a,b\r\n1,2\r\n", "empty": b"", "binary": bytes(range(256)) * 999}
SIGN = ("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256")
PSS = ("-keyopt", "rsa_padding_mode:pss")


@pytest.fixture(autouse=True)
def _openssl() -> None:
    if not shutil.which("openssl"):
        pytest.skip("the command openssl is not here")


@pytest.fixture(scope="module")
def root() -> Holder:
    return make_ca(**IN_FORCE)


@pytest.fixture(scope="module")
def between(root: Holder) -> Holder:
    return make_ca("between", root, 0, **IN_FORCE)


def signed_by_openssl(
    folder: Path,
    signer: Holder,
    *options: object,
    content: bytes = b"a,b\n1,2\n",
    sign: tuple[str, ...] = SIGN,
) -> Path:
    signer.write(folder, "signer")
    file = folder / "shots.csv"
    file.write_bytes(content)
    made = ("-signer", "signer.pem", "-inkey", "signer.key", "-in", file, "-out", signature_path(file))
    done = openssl(*sign, *made, *options, cwd=folder)
    assert done.returncode == 0, done.stderr
    return file


def verified_by_openssl(file: Path, root: Holder, *options: str) -> bool:
    root.write(file.parent, "root")
    given = ("-content", file, "-in", signature_path(file), "-CAfile", "root.pem", "-out", "out")
    done = openssl("cms", "-verify", "-binary", "-inform", "DER", *given, *options, cwd=file.parent)
    assert (done.returncode == 0) == ("Verification successful" in done.stderr)
    return done.returncode == 0 and (file.parent / "out").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("key", "content"),
    [*((key, b"a,b\n1,2\n") for key in KEYS.values()), *((RSA_KEY, text) for text in CONTENTS.values())],
    ids=[*KEYS, *CONTENTS],
)
def test_openssl_verifies_what_is_signed_here(
    tmp_path: Path, root: Holder, key: PrivateKey, content: bytes
) -> None:
    file = signed_file(tmp_path, make_signer(root, key=key, **IN_FORCE), content, TODAY)
    assert verified_by_openssl(file, root)
    assert verified_by_openssl(
        file, root, "-cades"
    )  # the signer's certificate is bound by a signed attribute
    file.write_bytes(content + b"\n")
    assert not verified_by_openssl(file, root)


def test_openssl_verifies_a_chain_that_is_inside(tmp_path: Path, root: Holder, between: Holder) -> None:
    signer = make_signer(between, **IN_FORCE)
    assert verified_by_openssl(signed_file(tmp_path, signer.with_chain(between), at=TODAY), root)
    assert not verified_by_openssl(signed_file(tmp_path, signer, at=TODAY), root)


@pytest.mark.parametrize(
    "options",
    [(), ("-nosmimecap",), ("-keyid",), ("-nosmimecap", "-keyid"), ("-cades",)],
    ids=" ".join,
)
@pytest.mark.parametrize("key", [KEYS["P-256"], KEYS["P-384"], RSA_KEY], ids=["P-256", "P-384", "RSA"])
def test_what_openssl_signs_is_taken(
    tmp_path: Path, root: Holder, key: PrivateKey, options: tuple[str, ...]
) -> None:
    signer = make_signer(root, key=key, **IN_FORCE)
    file = signed_by_openssl(tmp_path, signer, *options)
    verdict = checked(file, root)
    assert isinstance(verdict, Attestation), verdict
    assert verdict.certificate == signer.certificate
    assert abs(verdict.signed_at - datetime.now(UTC)) < timedelta(minutes=2)
    assert verified_by_openssl(file, root)
    file.write_bytes(b"a,b\n1,3\n")
    assert reason(checked(file, root)) == "content_changed"


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_contents_of_all_kinds_are_taken(tmp_path: Path, root: Holder, content: bytes) -> None:
    file = signed_by_openssl(tmp_path, make_signer(root, **IN_FORCE), content=content)
    assert isinstance(checked(file, root), Attestation)


def test_openssls_own_certificates_are_taken(tmp_path: Path) -> None:
    (tmp_path / "ext").write_text("keyUsage=critical,digitalSignature\n")
    subject = "/C=VN/ST=Hà Nội/L=Ba Đình/O=01-0007/CN=Trạm y tế"
    for line in (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -subj /CN=CA"
        " -out ca.pem",
        "genrsa -out f.key 2048",
        "x509 -req -in f.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -out f.pem",
    ):
        if line.startswith("x509"):
            made = openssl(
                "req", "-new", "-key", "f.key", "-utf8", "-subj", subject, "-out", "f.csr", cwd=tmp_path
            )
            assert made.returncode == 0, made.stderr
        done = openssl(*line.split(), cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    (tmp_path / "shots.csv").write_bytes(b"1\n")
    signed = openssl(
        *SIGN,
        "-signer",
        "f.pem",
        "-inkey",
        "f.key",
        "-in",
        "shots.csv",
        "-out",
        "shots.csv.p7s",
        cwd=tmp_path,
    )
    assert signed.returncode == 0, signed.stderr
    verdict = check_attestation(
        tmp_path / "shots.csv", Authorities.load(tmp_path / "ca.pem"), [], now=datetime.now(UTC)
    )
    assert isinstance(verdict, Attestation), verdict
    assert (verdict.place.province, verdict.place.facility) == ("Hà Nội", "01-0007")


@pytest.mark.parametrize("kind", ["utf8only", "MASK:0x0800"], ids=["UTF-8", "BMP"])
def test_names_in_all_kinds_of_strings_are_read(tmp_path: Path, root: Holder, kind: str) -> None:
    """Older CAs write BMPString: the same name, in other octets."""
    root.write(tmp_path, "ca")
    (tmp_path / "ext").write_text("keyUsage=critical,digitalSignature\n")
    (tmp_path / "conf").write_text(f"[req]\nstring_mask={kind}\ndistinguished_name=d\n[d]\n")
    subject = "/ST=Hà Nội/L=Ba Đình/O=Trạm y tế Điện Biên"
    for line in (
        ("genrsa", "-out", "signer.key", "2048"),
        ("req", "-new", "-config", "conf", "-key", "signer.key", "-utf8", "-subj", subject, "-out", "f.csr"),
        ("x509", "-req", "-in", "f.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-extfile", "ext",
         "-out", "signer.pem"),
        (*SIGN, "-signer", "signer.pem", "-inkey", "signer.key", "-in", "ext", "-out", "ext.p7s"),
    ):  # fmt: skip
        done = openssl(*line, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    verdict = checked(tmp_path / "ext", root, rows=[])
    assert isinstance(verdict, Attestation), verdict
    assert verdict.place == Place("Hà Nội", "Ba Đình", "Trạm y tế Điện Biên")


def test_a_sha_1_below_a_ca_counts_for_nothing(tmp_path: Path, root: Holder) -> None:
    """Whoever finds two requests of one SHA-1 has the CA certify a facility that it never saw."""
    root.write(tmp_path, "ca")
    make_signer(root, **IN_FORCE).write(tmp_path, "signer")
    (tmp_path / "ext").write_text("keyUsage=critical,digitalSignature\n")
    for digest, expected in (("sha256", None), ("sha1", "not_trusted")):
        for line in (
            ("req", "-new", "-key", "signer.key", "-utf8", "-subj", "/ST=Hà Nội/O=01-0007", "-out", "f.csr"),
            ("x509", "-req", "-in", "f.csr", "-CA", "ca.pem", "-CAkey", "ca.key", f"-{digest}",
             "-extfile", "ext", "-out", "signer.pem"),
            (*SIGN, "-signer", "signer.pem", "-inkey", "signer.key", "-in", "ext", "-out", "ext.p7s"),
        ):  # fmt: skip
            done = openssl(*line, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
        assert reason(checked(tmp_path / "ext", root)) == expected, digest


def test_a_chain_that_openssl_puts_inside_is_taken(tmp_path: Path, root: Holder, between: Holder) -> None:
    signer = make_signer(between, **IN_FORCE)
    between.write(tmp_path, "between")
    file = signed_by_openssl(tmp_path, signer, "-certfile", "between.pem")
    assert isinstance(checked(file, root), Attestation)
    assert isinstance(checked(file, between), Attestation)
    assert reason(checked(signed_by_openssl(tmp_path, signer), root)) == "not_trusted"


@pytest.mark.parametrize("salt", ["digest", "max", "20", "0"])
def test_rsa_pss_of_openssl_is_taken(tmp_path: Path, root: Holder, salt: str) -> None:
    signer = make_signer(root, key=RSA_KEY, **IN_FORCE)
    file = signed_by_openssl(tmp_path, signer, *PSS, "-keyopt", f"rsa_pss_saltlen:{salt}")
    assert isinstance(checked(file, root), Attestation)
    octets = signature_path(file).read_bytes()
    signature_path(file).write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    assert reason(checked(file, root)) == "signature_wrong"


@pytest.mark.parametrize(
    "refused",
    [
        ("EC", ("-md", "sha1"), "algorithm_refused", "-md sha256"),
        ("EC", ("-md", "sha512"), "algorithm_refused", "-md sha256"),
        ("RSA", (*PSS, "-keyopt", "rsa_mgf1_md:sha1"), "algorithm_refused", "RSASSA-PSS"),
        ("EC", ("-noattr",), "signature_incomplete", "content_type is missing"),
        ("EC", ("-nocerts",), "signature_incomplete", "does not carry"),
        ("EC", ("-nodetach",), "signature_unreadable", "detached"),
        ("EC", ("-stream",), "signature_unreadable", "detached"),  # in BER, and with the content inside
        ("EC", ("-outform", "PEM"), "signature_unreadable", "-outform DER"),
        ("EC", ("-outform", "SMIME"), "signature_unreadable", "in S/MIME, not DER"),
        ("EC", ("-econtent_type", "1.2.3.4"), "signature_unreadable", "another kind of content"),
    ],
    ids=lambda refused: " ".join(refused[1]),
)
def test_what_else_openssl_can_make_is_refused_with_advice(
    tmp_path: Path, root: Holder, refused: tuple[str, tuple[str, ...], str, str]
) -> None:
    key, options, expected, message = refused
    signer = make_signer(root, key=RSA_KEY if key == "RSA" else KEYS["P-256"], **IN_FORCE)
    verdict = checked(signed_by_openssl(tmp_path, signer, *options), root)
    assert reason(verdict) == expected, verdict
    assert message in verdict.message


def test_a_signature_over_another_kind_of_line_ends_says_what_to_do(tmp_path: Path, root: Holder) -> None:
    without_binary = tuple(word for word in SIGN if word != "-binary")
    file = signed_by_openssl(tmp_path, make_signer(root, **IN_FORCE), sign=without_binary)
    verdict = checked(file, root)
    assert reason(verdict) == "content_changed"
    assert "-binary" in verdict.message


def test_two_signers_are_refused(tmp_path: Path, root: Holder) -> None:
    make_signer(root, key=RSA_KEY, **IN_FORCE).write(tmp_path, "second")
    signer = make_signer(root, **IN_FORCE)
    file = signed_by_openssl(tmp_path, signer, "-signer", "second.pem", "-inkey", "second.key")
    verdict = checked(file, root)
    assert reason(verdict) == "signature_incomplete"
    assert "2 signers" in verdict.message


def test_encrypted_cms_is_no_signature(tmp_path: Path, root: Holder) -> None:
    make_signer(root, key=RSA_KEY, **IN_FORCE).write(tmp_path, "signer")
    (tmp_path / "shots.csv").write_bytes(b"1\n")
    done = openssl(
        "cms", "-encrypt", "-outform", "DER", "-in", "shots.csv", "-out", "shots.csv.p7s", "signer.pem",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    verdict = checked(tmp_path / "shots.csv", root)
    assert reason(verdict) == "signature_unreadable"
    assert "another kind" in verdict.message
