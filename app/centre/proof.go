package centre

import (
	"context"
	"crypto/hmac"
	"errors"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// proof finds an entry or a statement with its verified receipt; nil when it is
// not on the ledger. Whatever it is that a node fails with, whoever asks can only
// ask again later.
func (c *Centre) proof(ctx context.Context, digest casework.Digest) (*protocol.LedgerProven, error) {
	ctx, cancel := context.WithTimeout(ctx, stateTime)
	defer cancel()
	raw, receipt, err := c.ledger.Proof(ctx, digest)
	switch {
	case err != nil:
		return nil, casework.Refuse(casework.LedgerUnreachable, "no node proves it just now")
	case raw == nil:
		return nil, nil
	}
	return &protocol.LedgerProven{Entry: raw, Receipt: receipt}, nil
}

// onLedger lists what the ledger has of a case; nothing when there is no such case.
func (c *Centre) onLedger(ctx context.Context, id casework.CaseID) ([]protocol.PhoneEntry, error) {
	kase, _, err := c.caseState(ctx, id)
	list := make([]protocol.PhoneEntry, len(kase.Entries))
	for i, d := range kase.Digests() {
		list[i] = protocol.PhoneEntry{Kind: casework.StepKind(kase.Entries[i].Kind), Digest: d}
	}
	return list, err
}

// caseState reads a case's record. What is no case's id is no case: a path may
// lead elsewhere otherwise.
func (c *Centre) caseState(ctx context.Context, id casework.CaseID) (protocol.CaseState, bool, error) {
	if identified(id, "-") != nil {
		return protocol.CaseState{}, false, nil
	}
	return state[protocol.CaseState](ctx, c.ledger, protocol.LedgerCase+string(id))
}

// wasRead tells what was called up for a case, to whoever can open the item that
// its first entry commits to: the salt stands in the link that the pad showed, and
// nowhere else outside the counter's sealed journal. Nothing was called up where no
// such entry stands on the ledger, whatever was granted. wrong-receipt: not this
// case's salt or item; grant-unknown: the grant is another centre's.
func (c *Centre) wasRead(ctx context.Context, id casework.CaseID, open protocol.OpenCase) (casework.Grant, error) {
	kase, there, err := c.caseState(ctx, id)
	if err != nil {
		return casework.Grant{}, err
	}
	if !there || len(kase.Entries) == 0 || len(open.Salt) != len(casework.Salt{}) {
		return casework.Grant{}, casework.Refuse(casework.WrongReceipt, "not the receipt of a case that is known here")
	}
	if err := c.opens(ctx, kase.Digests()[0], open); err != nil {
		return casework.Grant{}, err
	}
	for _, e := range kase.Entries {
		if casework.StepKind(e.Kind) == casework.Retrieved {
			return c.auth.Grant(ctx, kase.Standing(id).Grant)
		}
	}
	return casework.Grant{}, nil
}

// opens checks a salt and an item against what the first entry of a case commits
// to, in a time that tells nothing of how far they are right.
func (c *Centre) opens(ctx context.Context, first casework.Digest, open protocol.OpenCase) error {
	p, err := c.proof(ctx, first)
	if err != nil {
		return err
	}
	if p == nil {
		return casework.Refuse(casework.LedgerUnreachable, "no node has the case's first entry")
	}
	e, env, err := protocol.OpenEntry(p.Entry)
	if err != nil {
		return errors.New("centre: the ledger holds an entry that can't be read")
	}
	given := env.Suite.CommitItem(casework.Salt(open.Salt), open.Item)
	if !hmac.Equal(given[:], e.Body.Item[:]) {
		return casework.Refuse(casework.WrongReceipt, "the salt does not open the case's item")
	}
	return nil
}
