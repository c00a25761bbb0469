package chain

import (
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

func (r rules) statement(l *layer, tx *transaction, latest time.Time) error {
	s := *tx.statement
	if s.Chain != r.chain {
		return casework.Refuse(casework.WrongChain, "the statement is of another chain")
	}
	if err := r.speaker(l, tx); err != nil {
		return err
	}
	if !latest.IsZero() && time.UnixMilli(s.At).After(latest) {
		return casework.Refuse(casework.TimeInFuture, "the statement is dated more than a minute ahead")
	}
	switch s.Subject {
	case protocol.GrantRegistered:
		return registerGrant(l, s)
	case protocol.GrantRevoked:
		return revokeGrant(l, s)
	case protocol.KeyEnrolled:
		return r.enrolKey(l, s)
	case protocol.KeyWithdrawn:
		return withdrawKey(l, s)
	}
	return casework.Refuse(casework.Malformed, "a statement about nothing known")
}

// speaker checks that the statement is signed by whom its subject demands: the
// authorization service for grants, the hall's administrator for keys.
func (r rules) speaker(l *layer, tx *transaction) error {
	want, ok := r.genesis.Authority, true
	if s := tx.statement; s.Subject == protocol.KeyEnrolled || s.Subject == protocol.KeyWithdrawn {
		want, ok = r.genesis.Admins[casework.HallID(s.Hall)]
	}
	id := tx.envelope.Key
	if ok && id == want.ID() {
		return tx.verify(want)
	}
	if r.genesis.speaks(id) {
		return casework.Refuse(casework.KeyNotEntitled, "the key may not say this")
	}
	there, err := l.get(keyKey(id))
	switch {
	case err != nil:
		return err
	case there != nil:
		return casework.Refuse(casework.KeyNotEntitled, "a counter's key may not say this")
	}
	return casework.Refuse(casework.KeyUnknown, "the key is not known to this chain")
}

func registerGrant(l *layer, s protocol.Statement) error {
	there, err := l.get(grantKey(s.GrantID()))
	switch {
	case err != nil:
		return err
	case there != nil:
		return casework.Refuse(casework.AlreadyDone, "the grant is registered already")
	}
	return l.save(grantKey(s.GrantID()), s.Registered())
}

func revokeGrant(l *layer, s protocol.Statement) error {
	var g casework.RegisteredGrant
	known, err := load(l, grantKey(s.GrantID()), &g)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.GrantUnknown, "the grant is not registered")
	case !g.Revoked.IsZero():
		return casework.Refuse(casework.AlreadyDone, "the grant is revoked already")
	}
	g.Revoked = time.UnixMilli(s.At).UTC()
	return l.save(grantKey(g.ID), g)
}

func (r rules) enrolKey(l *layer, s protocol.Statement) error {
	id := s.Key.ID()
	there, err := l.get(keyKey(id))
	switch {
	case err != nil:
		return err
	case there != nil:
		return casework.Refuse(casework.AlreadyDone, "the key is enrolled or was withdrawn")
	case r.genesis.speaks(id):
		return casework.Refuse(casework.KeyNotEntitled, "one key may not have two offices")
	}
	return l.save(keyKey(id), protocol.EnrolledKey{Key: *s.Key, Hall: s.Hall, Counter: s.Counter})
}

func withdrawKey(l *layer, s protocol.Statement) error {
	var k protocol.EnrolledKey
	known, err := load(l, keyKey(protocol.KeyID(s.KeyID)), &k)
	switch {
	case err != nil:
		return err
	case !known:
		return casework.Refuse(casework.KeyUnknown, "the key is not enrolled")
	case k.Hall != s.Hall:
		return casework.Refuse(casework.KeyNotEntitled, "the key is of another hall")
	case k.Withdrawn != 0:
		return casework.Refuse(casework.AlreadyDone, "the key is withdrawn already")
	}
	k.Withdrawn = s.At
	return l.save(keyKey(k.Key.ID()), k)
}
