"""The pure core: bytes in, verdicts out. No clock, no files, no network, no database.

Everything here works on values that the caller brings, so the same code signs under the append lock, verifies
a bundle offline and answers a witness. Parsers accept exactly what their formatter writes; `check_*` raises
one of `ledger.errors` and returns nothing; `open_*` verifies and returns what may then be believed.

| module | concern | source |
|---|---|---|
| `encoding` | base64, decimals, canonical JSON | RFC 4648, RFC 8785, FORMAT.md 2 |
| `ed25519` | screening of public keys, strict verification | RFC 8032, FORMAT.md 1 and 9 |
| `sm2`, `mldsa` | further lines by SM2 with SM3 and ML-DSA-44 | GB/T 32918, FIPS 204, FORMAT.md 12 |
| `algorithms` | signature algorithms by the prefix of their key material | C2SP signed-note, FORMAT.md 12 |
| `signers` | named keys (vkeys), signers | C2SP signed-note |
| `note` | signed notes | C2SP signed-note |
| `merkle` | tree hashes, inclusion and consistency proofs | RFC 6962, RFC 9162 |
| `tiles` | tile paths and contents, hashes read from tiles | C2SP tlog-tiles |
| `checkpoint` | signed tree heads, growth and forks | C2SP tlog-checkpoint, FORMAT.md 6 |
| `cosignature` | witness cosignatures | C2SP tlog-cosignature |
| `proof` | offline inclusion proofs | C2SP tlog-proof |
| `seal_map` | sealed map of streams and subjects | FORMAT.md 5 |
| `entry` | entries: header, chain, signers | FORMAT.md 1 |
| `body` | salted field disclosures | FORMAT.md 2 |
| `consent`, `consent_check` | signatures given elsewhere, and their checks | FORMAT.md 16 |

Not here: kinds of record, files, the clock: what would need any of them stands above.
"""
