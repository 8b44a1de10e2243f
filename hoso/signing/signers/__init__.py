"""One interface, a file per device: each module's `signer(…)` gives what `hoso.signing.pades` signs with."""
