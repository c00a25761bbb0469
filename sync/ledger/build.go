package ledger

import (
	"encoding/hex"
	"math/bits"
	"time"

	"counterfoil/sync/ledger/receipt"
)

// upper is a byte string as CometBFT's JSON has it: hex digits of either case.
type upper []byte

func (u *upper) UnmarshalText(text []byte) (err error) {
	*u, err = hex.DecodeString(string(text))
	return err
}

// txAnswer is the part of /tx that a receipt needs.
type txAnswer struct {
	Height int64 `json:"height,string"`
	Proof  struct {
		Proof struct {
			Total int64    `json:"total,string"`
			Index int64    `json:"index,string"`
			Aunts [][]byte `json:"aunts"`
		} `json:"proof"`
	} `json:"proof"`
}

type partsAnswer struct {
	Total uint32 `json:"total"`
	Hash  upper  `json:"hash"`
}

type blockIDAnswer struct {
	Hash  upper       `json:"hash"`
	Parts partsAnswer `json:"parts"`
}

// commitAnswer is the part of /commit that a receipt or a link needs.
type commitAnswer struct {
	Signed struct {
		Header headerAnswer `json:"header"`
		Commit struct {
			Round      int32             `json:"round"`
			BlockID    blockIDAnswer     `json:"block_id"`
			Signatures []signatureAnswer `json:"signatures"`
		} `json:"commit"`
	} `json:"signed_header"`
}

type headerAnswer struct {
	Version struct {
		Block uint64 `json:"block,string"`
		App   uint64 `json:"app,string"`
	} `json:"version"`
	ChainID            string        `json:"chain_id"`
	Height             int64         `json:"height,string"`
	Time               time.Time     `json:"time"`
	LastBlock          blockIDAnswer `json:"last_block_id"`
	LastCommitHash     upper         `json:"last_commit_hash"`
	DataHash           upper         `json:"data_hash"`
	ValidatorsHash     upper         `json:"validators_hash"`
	NextValidatorsHash upper         `json:"next_validators_hash"`
	ConsensusHash      upper         `json:"consensus_hash"`
	AppHash            upper         `json:"app_hash"`
	LastResultsHash    upper         `json:"last_results_hash"`
	EvidenceHash       upper         `json:"evidence_hash"`
	ProposerAddress    upper         `json:"proposer_address"`
}

type signatureAnswer struct {
	Flag  int       `json:"block_id_flag"` // 1 absent, 2 for the block, 3 nil
	Time  time.Time `json:"timestamp"`
	Bytes []byte    `json:"signature"`
}

// maxAunts bounds the path: a block of 2^48 transactions.
const maxAunts = 48

// path returns the way from the entry up to the block. It checks nothing but the
// form: the receipt is verified afterwards, as a stranger's.
func (tx txAnswer) path() ([]receipt.Sibling, error) {
	p := tx.Proof.Proof
	path, ok := siblings(p.Index, p.Total, p.Aunts)
	if !ok {
		return nil, &Failure{Trouble: Garbled, Detail: "a path of another form"}
	}
	return path, nil
}

// sealed is the commit in package receipt's words.
func sealed(commit commitAnswer) receipt.Sealed {
	signed := commit.Signed
	s := receipt.Sealed{Header: header(signed.Header), Round: signed.Commit.Round, Parts: parts(signed.Commit.BlockID.Parts),
		Signatures: make([]*receipt.Signature, len(signed.Commit.Signatures))}
	for i, v := range signed.Commit.Signatures {
		if v.Flag == 2 || v.Flag == 3 {
			s.Signatures[i] = &receipt.Signature{Time: v.Time.UnixNano(), Nil: v.Flag == 3, Bytes: v.Bytes}
		}
	}
	return s
}

// siblings turns the position in a tree of total leaves into left and right:
// from the root down, the leaf is in the left part while its index is below the
// largest power of two smaller than the leaves.
func siblings(index, total int64, aunts [][]byte) ([]receipt.Sibling, bool) {
	path := make([]receipt.Sibling, len(aunts))
	if index < 0 || index >= total || len(aunts) > maxAunts {
		return nil, false
	}
	for i := len(aunts) - 1; i >= 0; i-- {
		if total < 2 {
			return nil, false
		}
		left := int64(1) << (bits.Len64(uint64(total-1)) - 1)
		if index < left {
			path[i], total = receipt.Sibling{Right: aunts[i]}, left
		} else {
			path[i], index, total = receipt.Sibling{Left: aunts[i]}, index-left, total-left
		}
	}
	return path, total == 1
}

func parts(p partsAnswer) receipt.Parts { return receipt.Parts{Total: p.Total, Hash: hexOf(p.Hash)} }

func hexOf(u upper) receipt.Hex { return receipt.Hex(u) }

func header(h headerAnswer) receipt.Header {
	return receipt.Header{
		BlockVersion: h.Version.Block, AppVersion: h.Version.App, ChainID: h.ChainID, Height: h.Height,
		Time:           h.Time.UnixNano(),
		LastBlock:      receipt.BlockID{Hash: hexOf(h.LastBlock.Hash), Parts: parts(h.LastBlock.Parts)},
		LastCommitHash: hexOf(h.LastCommitHash), DataHash: hexOf(h.DataHash), ValidatorsHash: hexOf(h.ValidatorsHash),
		NextValidatorsHash: hexOf(h.NextValidatorsHash), ConsensusHash: hexOf(h.ConsensusHash), AppHash: hexOf(h.AppHash),
		LastResultsHash: hexOf(h.LastResultsHash), EvidenceHash: hexOf(h.EvidenceHash), ProposerAddress: hexOf(h.ProposerAddress),
	}
}
