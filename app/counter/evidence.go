package counter

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"

	"counterfoil/app/casework"
)

// sendEvidence gives the centre a sealed copy of every case that has ended and
// is wholly on the ledger, so that a lost counter loses no evidence. It is
// sealed (HPKE, RFC 9180) to the evidence key that the centre
// names (its answers are authenticated by its pinned key): this counter can't
// open the copy again. A copy that can't be sent now is
// sent later; the journal remembers which were.
func (c *Counter) sendEvidence(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-c.greeted:
	}
	if len(c.about.Evidence) == 0 {
		return nil // a centre that keeps no evidence
	}
	key, err := evidenceKEM().NewPublicKey(c.about.Evidence)
	if err != nil {
		return casework.Refuse(casework.CentreGarbled, "the evidence key can't be read")
	}
	changed := c.Journal.Changed(ctx)
	for ctx.Err() == nil {
		if err := c.sendWaiting(ctx, key); err != nil {
			wait(ctx, sendAgain)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
	return nil
}

func (c *Counter) sendWaiting(ctx context.Context, key hpke.PublicKey) error {
	waiting, err := c.Journal.EvidenceDue(ctx)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		raw, err := c.Bundle(ctx, id)
		if err != nil {
			return err
		}
		sealed, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("counterfoil evidence v1"), raw)
		if err != nil {
			return err
		}
		if err := c.authority.PutEvidence(ctx, id, "bundle", sealed); err != nil {
			return err
		}
		if err := c.Journal.EvidenceSent(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func evidenceKEM() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }
