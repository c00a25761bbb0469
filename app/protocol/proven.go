package protocol

import (
	"encoding/base64"
	"encoding/json"

	"counterfoil/app/casework"
)

// LedgerProven is an entry or a statement with what proves its place: the exact
// bytes of both, in base64, because their digests and signatures are over those.
type LedgerProven struct {
	Entry   []byte `json:"entry"`
	Receipt []byte `json:"receipt"` // as package receipt writes it
}

// ProofFormat is the version of a Proof's own format.
const ProofFormat = 1

// MaxProof bounds a proof as a file, in bytes: the trust document is the most.
const MaxProof = 24 << 20

// Proof is the file that a citizen downloads from the page: all that is needed to
// check one entry offline, with the trust document that the page was given.
// Whoever has the halls' own document believes that one instead.
type Proof struct {
	Format  int    `json:"counterfoil_proof"`
	Entry   []byte `json:"entry"`
	Receipt []byte `json:"receipt"`
	Trust   []byte `json:"trust"`
}

// ReadProof reads a downloaded proof. It looks at its form alone: whether it holds
// package receipt says.
func ReadProof(raw []byte) (Proof, error) {
	var p Proof
	if len(raw) > MaxProof || json.Unmarshal(raw, &p) != nil || len(p.Entry) == 0 || len(p.Receipt) == 0 || len(p.Trust) == 0 {
		return p, casework.Refuse(casework.Malformed, "the file is no proof")
	}
	if p.Format != ProofFormat {
		return p, casework.Refuse(casework.UnsupportedVersion, "the proof is of another version")
	}
	return p, nil
}

// PhoneCase lists what stands on the ledger of a case, in order. Whoever gets it
// believes it only as far as the proof of its last entry reaches.
type PhoneCase struct {
	Entries []PhoneEntry `json:"entries"`
}

// PhoneEntry is one entry of a case.
type PhoneEntry struct {
	Kind   casework.StepKind `json:"kind"`
	Digest casework.Digest   `json:"digest"`
}

// OpenCase shows that somebody holds the receipt that the pad showed: the item and
// the salt under which the case's first entry commits to it.
type OpenCase struct {
	Salt []byte            `json:"salt"` // 32 bytes
	Item casework.ItemCode `json:"item"`
}

// CaseRead is what was called up from the repository for a case: kinds, fields and
// questions by name, never a value and never whose. Salt is the grant's, which
// opens the kinds that the retrieved entry commits to; both are empty where nothing
// was called up.
type CaseRead struct {
	Salt     []byte         `json:"salt,omitempty"`
	Licences []LicenceNamed `json:"licences"`
}

// LicenceNamed is one kind that was called up, with its code.
type LicenceNamed struct {
	Kind casework.LicenceKind `json:"kind"`
	ConsentLicence
}

// PhoneNames puts codes into words.
type PhoneNames struct {
	Halls []PhoneHall `json:"halls"`
	Items []PhoneItem `json:"items"` // without their kinds
}

// ReceiptFragment is what stands behind "#" in a receipt's link: the salt that
// opens the case's item. A browser keeps that part to itself.
func ReceiptFragment(salt casework.Salt) string { return base64.RawURLEncoding.EncodeToString(salt[:]) }
