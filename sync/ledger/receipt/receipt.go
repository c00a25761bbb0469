package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// Format is the version of the receipt's own format.
const Format = 1

// MaxBytes bounds a receipt: a few hundred bytes a validator, and one hash for
// every doubling of a block's transactions.
const MaxBytes = 256 << 10

// Receipt is everything that is needed to verify an entry offline, except the
// entry itself and the trust.
type Receipt struct {
	Format int       `json:"format"`
	Path   []Sibling `json:"path"` // from the entry up to the header's data hash
	Sealed
}

// Sealed is a block's header with the precommits for it.
type Sealed struct {
	Header     Header       `json:"header"`
	Round      int32        `json:"round"`      // of consensus: part of what was signed
	Parts      Parts        `json:"parts"`      // of the block: part of what was signed
	Signatures []*Signature `json:"signatures"` // by index of the validator set; null: no vote
}

// Sibling is one step up the Merkle tree: the hash to the left or to the right,
// exactly one of them. Position and size of the tree are not written down,
// because different ones can describe the same path and would be ignored.
type Sibling struct {
	Left  Hex `json:"left,omitempty"`
	Right Hex `json:"right,omitempty"`
}

// Header is a CometBFT block header: fourteen fields, all of them hashed.
type Header struct {
	BlockVersion       uint64  `json:"block_version"`
	AppVersion         uint64  `json:"app_version"`
	ChainID            string  `json:"chain_id"`
	Height             int64   `json:"height"`
	Time               int64   `json:"time"` // Unix nanoseconds; stale after idling, never shown
	LastBlock          BlockID `json:"last_block"`
	LastCommitHash     Hex     `json:"last_commit_hash"`
	DataHash           Hex     `json:"data_hash"`
	ValidatorsHash     Hex     `json:"validators_hash"`
	NextValidatorsHash Hex     `json:"next_validators_hash"`
	ConsensusHash      Hex     `json:"consensus_hash"`
	AppHash            Hex     `json:"app_hash"`
	LastResultsHash    Hex     `json:"last_results_hash"`
	EvidenceHash       Hex     `json:"evidence_hash"`
	ProposerAddress    Hex     `json:"proposer_address"`
}

// blockVersion is the layout that encoding.go knows.
const blockVersion = 11

// malformed reports whether h is no header that CometBFT would make, whoever
// signed it.
func (h Header) malformed() bool {
	for _, hash := range []Hex{h.LastBlock.Hash, h.LastBlock.Parts.Hash, h.LastCommitHash, h.DataHash, h.ValidatorsHash,
		h.NextValidatorsHash, h.ConsensusHash, h.LastResultsHash, h.EvidenceHash} {
		if len(hash) != 0 && len(hash) != sha256.Size {
			return true
		}
	}
	return h.BlockVersion != blockVersion || len(h.ChainID) > 50 || len(h.ProposerAddress) != 20 || h.Height < 1 || h.Time < 0
}

// BlockID names a block: by its header's hash and by the parts it was sent in.
type BlockID struct {
	Hash  Hex   `json:"hash"`
	Parts Parts `json:"parts"`
}

// Parts describes how a block was cut for sending.
type Parts struct {
	Total uint32 `json:"total"`
	Hash  Hex    `json:"hash"`
}

// Signature is one validator's precommit, by its place in the set; key and
// power come from the trust, never from here.
type Signature struct {
	Time  int64 `json:"time"`          // Unix nanoseconds: the validator's clock, signed
	Nil   bool  `json:"nil,omitempty"` // a vote for no block: its time counts, its power does not
	Bytes Hex   `json:"signature"`     // Ed25519, 64 bytes
}

// Hex is a byte string, written as lower-case hex digits.
type Hex []byte

// MarshalText writes hex digits.
func (h Hex) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h)), nil }

// UnmarshalText reads hex digits.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// Encode returns the one encoding of r.
func (r Receipt) Encode() ([]byte, error) { return json.Marshal(r) }

// parse reads a receipt and refuses any encoding but the one of Encode.
func parse(raw []byte) (Receipt, error) {
	var r Receipt
	if len(raw) > MaxBytes {
		return r, errors.New("the receipt is too large")
	}
	if err := strict(raw, &r); err != nil {
		return r, errors.New("the receipt is not in its one encoding")
	}
	if r.Format != Format {
		return r, errors.New("the receipt's format is not known")
	}
	if r.Path == nil || r.Signatures == nil {
		return r, errors.New("the receipt lacks its path or its signatures")
	}
	return r, nil
}

// Leads checks that the path leads from the transaction to the block's header.
// It asks for no signature: whoever builds the receipts of a block's entries
// verifies the header once (Verifier.Header) and calls this for each.
func (r Receipt) Leads(tx []byte) error {
	digest := sha256.Sum256(tx)
	root, err := climb(digest[:], r.Path)
	if err == nil && !bytes.Equal(root[:], r.Header.DataHash) {
		err = errors.New("the path does not lead from the entry to the block")
	}
	return err
}

// strict reads JSON that must be exactly what json.Marshal writes.
func strict(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	again, err := json.Marshal(v)
	if err != nil || !bytes.Equal(again, raw) {
		return errors.New("another encoding of the same content")
	}
	return nil
}
