package chain

import (
	"encoding/hex"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func (r rules) statement(l *layer, tx *transaction, latest time.Time, height int64) error {
	s := *tx.statement
	if s.Chain != r.chain {
		return casework.Refuse(casework.WrongChain, "the statement is of another chain")
	}
	by, err := speaker(l, tx)
	if err != nil {
		return err
	}
	if !latest.IsZero() && time.UnixMilli(s.At).After(latest) {
		return casework.Refuse(casework.TimeInFuture, "the statement is dated more than a minute ahead")
	}
	switch s.Subject {
	case protocol.GrantRegistered:
		return registerGrant(l, s, tx.digest, height)
	case protocol.GrantRevoked:
		return revokeGrant(l, s, tx.digest, height)
	case protocol.KeyEnrolled:
		return enrolKey(l, s)
	case protocol.KeyWithdrawn, protocol.KeySuspended, protocol.KeyResumed:
		return changeKey(l, s)
	case protocol.HallSet:
		return setHall(l, s, by)
	}
	return casework.Refuse(casework.Malformed, "a statement about nothing known")
}

// speaker checks that the statement is signed by whom its subject demands: the
// authorization service for grants, the hall's administrator for its counters'
// keys, any hall's for a change of a hall. It returns the hall that spoke.
func speaker(l *layer, tx *transaction) (string, error) {
	s, id := tx.statement, tx.envelope.Key
	var authority protocol.PublicKey
	if _, err := load(l, protocol.LedgerAuthority, &authority); err != nil {
		return "", err
	}
	grants := s.Subject == protocol.GrantRegistered || s.Subject == protocol.GrantRevoked
	if grants && id == authority.ID() { // most statements: without a look at every hall
		return "", tx.verify(authority)
	}
	by, hall, err := officeOf(l, id)
	if err != nil {
		return "", err
	}
	switch {
	case !grants && by != "" && (by == s.Hall || !s.ByHall()):
		return by, tx.verify(hall.Admin)
	case by != "" || id == authority.ID():
		return "", casework.Refuse(casework.KeyNotEntitled, "the key may not say this")
	}
	counters, err := ofCounter(l, id)
	switch {
	case err != nil:
		return "", err
	case counters:
		return "", casework.Refuse(casework.KeyNotEntitled, "a counter's key may not say this")
	}
	return "", casework.Refuse(casework.KeyUnknown, "the key is not known to this chain")
}

func registerGrant(l *layer, s protocol.Statement, digest casework.Digest, height int64) error {
	path := protocol.LedgerGrant + string(s.GrantID())
	there, err := l.get(path)
	if err != nil {
		return err
	}
	if there != nil {
		return casework.Refuse(casework.AlreadyDone, "the grant is registered already")
	}
	hall, err := l.get(protocol.LedgerHall + s.Hall)
	if err != nil {
		return err
	}
	if hall == nil {
		return casework.Refuse(casework.HallUnknown, "the grant is for a hall that has no part in this ledger")
	}
	return l.save(path, protocol.GrantState{Hall: s.Hall, Item: s.Item, Kinds: s.Kinds, From: s.From, Until: s.Until, Registered: height, Statement: digest[:]})
}

func revokeGrant(l *layer, s protocol.Statement, digest casework.Digest, height int64) error {
	path := protocol.LedgerGrant + string(s.GrantID())
	var g protocol.GrantState
	known, err := load(l, path, &g)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.GrantUnknown, "the grant is not registered")
	case g.Revoked != 0:
		return casework.Refuse(casework.AlreadyDone, "the grant is revoked already")
	}
	g.Revoked, g.RevokedAt, g.Revocation = s.At, height, digest[:]
	return l.save(path, g)
}

// permitted asks the grant that the case stands on after e, and notes whose
// case uses it.
func permitted(l *layer, e casework.Entry, id casework.GrantID) error {
	if id == "" {
		return nil
	}
	path := protocol.LedgerGrant + string(id)
	var g protocol.GrantState
	known, err := load(l, path, &g)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.GrantUnknown, "the grant is not registered")
	}
	if err := g.Grant(id).Permits(e); err != nil || len(g.Case) > 0 {
		return err
	}
	if g.Case, err = hex.DecodeString(string(e.Case)); err != nil {
		return err
	}
	return l.save(path, g)
}
