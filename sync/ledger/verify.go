package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/receipt"
)

// noTransactions is the data hash of an empty block: the root of no leaves.
var noTransactions = sha256.Sum256(nil)

// maxWithout bounds the signatures of a header that is tried without each.
const maxWithout = 100

// sound verifies a header that a node gave, and follows changes of the
// validators up to it with that node's help. It returns the header as it
// verifies. The error is a *Failure.
//
// A header that does not verify is tried without one signature after the other:
// CometBFT takes a few malformed Ed25519 signatures that the standard library
// refuses, and one lying validator must not keep everybody from a receipt that
// the others' signatures carry.
func (c *Client) sound(ctx context.Context, n *node, s receipt.Sealed) (receipt.Sealed, receipt.Seen, error) {
	v := c.verifier.Load()
	seen, err := v.Header(s)
	if errors.Is(err, receipt.ErrSet) {
		if err := c.extend(ctx, n, s); err != nil {
			return s, seen, err
		}
		v = c.verifier.Load()
		seen, err = v.Header(s)
	}
	if err != nil && !errors.Is(err, receipt.ErrSet) && !errors.Is(err, receipt.ErrFork) && len(s.Signatures) <= maxWithout {
		for i, signature := range s.Signatures {
			if signature == nil {
				continue
			}
			without := s
			without.Signatures = slices.Clone(s.Signatures)
			without.Signatures[i] = nil
			if second, again := v.Header(without); again == nil {
				s, seen, err = without, second, nil
				break
			}
		}
	}
	switch {
	case errors.Is(err, receipt.ErrFork):
		return s, seen, &Failure{Trouble: Forked, Detail: err.Error(), Height: s.Header.Height}
	case err != nil:
		return s, seen, &Failure{Trouble: Forged, Detail: err.Error(), Height: s.Header.Height}
	}
	c.proved(n, seen)
	return s, seen, nil
}

// at fetches the header of a height from a node and verifies it. A height that
// the node does not have is an *rpcError.
func (c *Client) at(ctx context.Context, n *node, height int64) (receipt.Sealed, receipt.Seen, error) {
	s, err := n.commit(ctx, height)
	if err != nil {
		return s, receipt.Seen{}, err
	}
	if height > 0 && s.Header.Height != height {
		return s, receipt.Seen{}, &Failure{Trouble: Forged, Detail: "the header of another height", Height: height}
	}
	return c.sound(ctx, n, s)
}

// receiptOf puts a receipt together and checks that the path leads from the
// entry to a header that is verified already. These are the steps of
// Verifier.Verify; the signatures are verified once for all entries of a block.
func receiptOf(s receipt.Sealed, seen receipt.Seen, path []receipt.Sibling, raw []byte, digest casework.Digest) (casework.Receipt, error) {
	built := receipt.Receipt{Format: receipt.Format, Path: path, Sealed: s}
	if err := built.Leads(raw); err != nil {
		return casework.Receipt{}, &Failure{Trouble: Forged, Detail: err.Error(), Height: seen.Height}
	}
	encoded, err := built.Encode()
	if err != nil || len(encoded) > receipt.MaxBytes {
		return casework.Receipt{}, &Failure{Trouble: Garbled, Detail: "the receipt can't be written down"}
	}
	return casework.Receipt{Entry: digest, Height: seen.Height, Time: seen.Time, Raw: encoded}, nil
}

// whole checks that these are all the transactions of a block, in their order.
func whole(s receipt.Sealed, txs [][]byte, paths [][]receipt.Sibling) error {
	all := receipt.Receipt{Sealed: s}
	var err error
	if len(txs) > 0 {
		all.Path = paths[0]
		err = all.Leads(txs[0])
	} else if !slices.Equal(s.Header.DataHash, noTransactions[:]) {
		err = errors.New("the block's entries are missing")
	}
	if err != nil {
		return &Failure{Trouble: Forged, Detail: err.Error(), Height: s.Header.Height}
	}
	return nil
}
