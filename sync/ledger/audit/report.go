package audit

import (
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger"
)

// Sign returns the report of a day as a COSE_Sign1 over its JSON, signed by
// whoever made it.
func Sign(signer crypto.Signer, d Day) ([]byte, error) {
	d.sort()
	payload, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return protocol.Seal(signer, protocol.TypeReport, payload)
}

// MaxReport bounds a report, in bytes: a day of some thousand cases.
const MaxReport = protocol.MaxReport

// Open reads a report and verifies its signature by key. What it says is the
// signer's word; the heights and the state's hash in it say what to compare it
// with.
func Open(raw []byte, key protocol.PublicKey) (Day, error) {
	var d Day
	env, err := protocol.Unseal(raw)
	if err != nil || env.Type != protocol.TypeReport {
		return d, casework.Refuse(casework.Malformed, "this is no report")
	}
	if err := env.Verify(key); err != nil {
		return d, err
	}
	if json.Unmarshal(env.Payload, &d) != nil || d.Format != 1 {
		return d, casework.Refuse(casework.UnsupportedVersion, "the report is of another version")
	}
	return d, nil
}

// fingerprint names the pinned validators.
func fingerprint(from *ledger.Client) (string, error) {
	raw, err := from.Trust().Pinned().Encode()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:]), nil
}
