package chain

import (
	"crypto/ed25519"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// row is a transaction that deserves a refusal; prior is recorded before.
type row struct {
	want      casework.RefusalKind
	prior     [][]byte
	offending []byte
}

// refusals is every reason for which the application refuses, each with a
// transaction that deserves it; prior is recorded before.
func refusals(t testing.TB, c city) map[string]row {
	stranger := seeded(77)
	// at returns a case that stands after the kinds, and what is recorded for it.
	at := func(kinds ...casework.StepKind) (*history, [][]byte) {
		h := c.history(t)
		prior := [][]byte{h.registered()}
		for _, k := range kinds {
			prior = append(prior, h.write(k))
		}
		return h, prior
	}
	changed := func(k ed25519.PrivateKey, next casework.StepKind, change func(*casework.Entry), kinds ...casework.StepKind) ([][]byte, []byte) {
		h, prior := at(kinds...)
		e := h.draft(next)
		change(&e)
		return prior, h.sign(k, e)
	}
	entry := func(want casework.RefusalKind, k ed25519.PrivateKey, next casework.StepKind, change func(*casework.Entry), kinds ...casework.StepKind) row {
		prior, raw := changed(k, next, change, kinds...)
		return row{want, prior, raw}
	}
	steps := whole()
	same := func(*casework.Entry) {}
	withGrant := func(g casework.Grant, change func(*casework.Entry), kind casework.StepKind, extra ...[]byte) ([][]byte, []byte) {
		h := c.history(t)
		h.grant = g
		prior := [][]byte{h.write(casework.Opened)}
		if kind == casework.Retrieved {
			prior = append(prior, h.write(casework.Authorized))
		}
		e := h.draft(kind)
		change(&e)
		return append(extra, prior...), h.sign(h.counter, e)
	}
	register := func(g casework.Grant) []byte {
		return say(t, c.authority, protocol.RegisterGrant(testChain, protocol.Suite1, g, c.start))
	}
	other := func(change func(*casework.Grant)) casework.Grant {
		g := c.grant
		g.ID = casework.GrantID(protocol.NewID())
		change(&g)
		return g
	}
	granted := func(want casework.RefusalKind, g casework.Grant, change func(*casework.Entry), kind casework.StepKind, extra ...[]byte) row {
		prior, raw := withGrant(g, change, kind, append([][]byte{register(g)}, extra...)...)
		return row{want, prior, raw}
	}
	unknown := other(func(*casework.Grant) {})
	unknownPrior, unknownUse := withGrant(unknown, same, casework.Authorized)
	lapsed := other(func(g *casework.Grant) { g.Until = c.start })
	early := other(func(g *casework.Grant) { g.From = c.start.Add(30 * time.Minute) })
	abroad := other(func(g *casework.Grant) { g.Hall = "xicheng" })
	revoked := other(func(*casework.Grant) {})
	revocation := say(t, c.authority, protocol.RevokeGrant(testChain, revoked.ID, c.start))
	second, third := seeded(5), seeded(6)
	enrolThird := say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(third), c.start))
	enrolSecond := say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))
	withdrawSecond := say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(second).ID(), c.start.Add(time.Millisecond)))
	at13 := func(e *casework.Entry) { e.Counter = "13" }
	forged, _ := at()
	broken := forged.write(casework.Opened)
	broken[len(broken)-1] ^= 1
	enrol := func(k ed25519.PrivateKey) []byte {
		return say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "13", public(k), c.start))
	}
	suspend := func(k ed25519.PrivateKey, later time.Duration) []byte {
		return say(t, c.admin, protocol.SuspendKey(testChain, "dongcheng", public(k).ID(), c.start.Add(later)))
	}
	resume := func(k ed25519.PrivateKey) []byte {
		return say(t, c.admin, protocol.ResumeKey(testChain, "dongcheng", public(k).ID(), c.start.Add(2*time.Millisecond)))
	}
	suspended := entry(casework.KeySuspended, seeded(11), casework.Opened, at13)
	suspended.prior = [][]byte{enrol(seeded(11)), suspend(seeded(11), time.Millisecond)}
	used := c.history(t)
	usedPrior := [][]byte{used.registered(), used.write(casework.Opened), used.write(casework.Authorized)}
	again := c.history(t)
	again.grant = used.grant
	usedPrior = append(usedPrior, again.write(casework.Opened))
	hall := func(by ed25519.PrivateKey, name casework.HallID, to protocol.HallState, changes int) []byte {
		return say(t, by, protocol.SetHall(testChain, name, to, changes, c.start))
	}
	admin := protocol.HallState{Admin: public(c.admin)}
	withdrawn := entry(casework.KeyWithdrawn, second, casework.Opened, at13)
	withdrawn.prior = [][]byte{enrolSecond, withdrawSecond}

	paper := []casework.StepKind{casework.Opened, byPaper}
	return map[string]row{
		"a retrieval after paper":            entry(casework.ForbiddenStep, c.counter, casework.Retrieved, same, paper...),
		"a grant after paper":                entry(casework.ForbiddenStep, c.counter, casework.Authorized, same, paper...),
		"paper a second time":                entry(casework.ForbiddenStep, c.counter, byPaper, same, paper...),
		"paper after a retrieval":            entry(casework.ForbiddenStep, c.counter, byPaper, same, steps[:3]...),
		"a confirmation without either":      entry(casework.ForbiddenStep, c.counter, casework.Confirmed, same, steps[:2]...),
		"a suspended key":                    suspended,
		"a suspension said again, later":     {casework.TimeBeforePrevious, [][]byte{enrol(seeded(12)), suspend(seeded(12), time.Millisecond), resume(seeded(12))}, suspend(seeded(12), 2*time.Millisecond)},
		"a key resumed that goes on":         {casework.AlreadyDone, [][]byte{enrol(seeded(13))}, resume(seeded(13))},
		"another hall's key suspended":       {casework.KeyNotEntitled, nil, say(t, seeded(4), protocol.SuspendKey(testChain, "dongcheng", public(c.counter).ID(), c.start.Add(time.Millisecond)))},
		"a grant that another case used":     {casework.GrantUsed, usedPrior, again.write(casework.Authorized)},
		"a grant for a hall that is none":    {casework.HallUnknown, nil, say(t, c.authority, protocol.RegisterGrant(testChain, protocol.Suite1, other(func(g *casework.Grant) { g.Hall = "nowhere" }), c.start))},
		"a hall changed by a counter":        {casework.KeyNotEntitled, nil, hall(c.counter, "dongcheng", admin, 1)},
		"a hall changed by the authority":    {casework.KeyNotEntitled, nil, hall(c.authority, "dongcheng", admin, 1)},
		"a change of an older record":        {casework.WrongSequence, nil, hall(c.admin, "dongcheng", admin, 0)},
		"the last validator leaves":          {casework.ForbiddenStep, nil, hall(c.admin, "dongcheng", admin, 1)},
		"one key in two halls":               {casework.KeyNotEntitled, nil, hall(c.admin, "shunyi", protocol.HallState{Admin: public(seeded(4))}, 0)},
		"a counter's key as administrator":   {casework.KeyNotEntitled, nil, hall(c.admin, "shunyi", protocol.HallState{Admin: public(c.counter)}, 0)},
		"a hall agrees twice":                {casework.AlreadyDone, [][]byte{hall(seeded(4), "shunyi", protocol.HallState{Admin: public(seeded(8))}, 0)}, say(t, seeded(4), protocol.SetHall(testChain, "shunyi", protocol.HallState{Admin: public(seeded(8))}, 0, c.start.Add(time.Millisecond)))},
		"garbage":                            {casework.Malformed, nil, []byte("garbage")},
		"a signature that does not hold":     {casework.BadSignature, nil, broken},
		"a key that is not enrolled":         entry(casework.KeyUnknown, stranger, casework.Opened, same),
		"an administrator's key":             entry(casework.KeyNotEntitled, c.admin, casework.Opened, same),
		"a withdrawn key":                    withdrawn,
		"another counter's key":              {casework.KeyNotEntitled, [][]byte{enrolThird}, entry("", third, casework.Opened, same).offending},
		"another hall":                       entry(casework.KeyNotEntitled, c.counter, casework.Opened, func(e *casework.Entry) { e.Hall = "xicheng" }),
		"another chain":                      entry(casework.WrongChain, c.counter, casework.Opened, func(e *casework.Entry) { e.Chain = "real" }),
		"a case that begins in the middle":   entry(casework.WrongSequence, c.counter, casework.Authorized, func(e *casework.Entry) { e.Seq, e.Prev = 2, casework.Digest{1} }),
		"a gap":                              entry(casework.WrongSequence, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Seq++ }, steps[:3]...),
		"a number that is taken":             entry(casework.WrongSequence, c.counter, casework.Authorized, func(e *casework.Entry) { e.Seq-- }, steps[:3]...),
		"another previous entry":             entry(casework.WrongPrevious, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Prev[0] ^= 1 }, steps[:3]...),
		"a step the table forbids":           entry(casework.ForbiddenStep, c.counter, casework.Confirmed, same, steps[:2]...),
		"a step after the end":               entry(casework.CaseEnded, c.counter, casework.Abandoned, same, steps...),
		"a submission without signature":     entry(casework.SignatureMissing, c.counter, casework.Submitted, same, steps[:4]...),
		"a signature of other fields":        entry(casework.WrongConfirmation, c.counter, casework.Signed, func(e *casework.Entry) { e.Body.Confirmation[0] ^= 1 }, steps[:4]...),
		"another digest of the whole":        entry(casework.WrongWhole, c.counter, casework.Submitted, func(e *casework.Entry) { e.Body.Whole[0] ^= 1 }, steps[:5]...),
		"a time before the previous entry's": entry(casework.TimeBeforePrevious, c.counter, casework.Confirmed, func(e *casework.Entry) { e.Time = c.start }, steps[:3]...),
		"a time ahead":                       entry(casework.TimeInFuture, c.counter, casework.Opened, func(e *casework.Entry) { e.Time = c.start.Add(20 * time.Minute) }),
		"a grant nobody registered":          {casework.GrantUnknown, unknownPrior, unknownUse},
		"a grant that lapsed":                granted(casework.GrantLapsed, lapsed, same, casework.Authorized),
		"a grant that is not valid yet":      granted(casework.GrantNotYet, early, same, casework.Authorized),
		"a grant for another hall":           granted(casework.WrongHall, abroad, same, casework.Authorized),
		"a grant for another item":           granted(casework.WrongItem, other(func(*casework.Grant) {}), func(e *casework.Entry) { e.Body.Item[0] ^= 1 }, casework.Authorized),
		"a kind the grant does not name":     granted(casework.WrongKind, other(func(*casework.Grant) {}), func(e *casework.Entry) { e.Body.Licences[0].Kind[0] ^= 1 }, casework.Retrieved),
		"another grant than the case's":      granted(casework.WrongGrant, other(func(*casework.Grant) {}), func(e *casework.Entry) { e.Body.Grant = unknown.ID }, casework.Retrieved),
		"a revoked grant":                    granted(casework.GrantWithdrawn, revoked, same, casework.Authorized, revocation),
		"a grant stated by a counter":        {casework.KeyNotEntitled, nil, say(t, c.counter, protocol.RegisterGrant(testChain, protocol.Suite1, unknown, c.start))},
		"a grant stated by an administrator": {casework.KeyNotEntitled, nil, say(t, c.admin, protocol.RegisterGrant(testChain, protocol.Suite1, unknown, c.start))},
		"a grant stated by a stranger":       {casework.KeyUnknown, nil, say(t, stranger, protocol.RegisterGrant(testChain, protocol.Suite1, unknown, c.start))},
		"a grant registered twice":           {casework.AlreadyDone, nil, say(t, c.authority, protocol.RegisterGrant(testChain, protocol.Suite1, c.grant, c.start.Add(time.Second)))},
		"an unknown grant revoked":           {casework.GrantUnknown, nil, say(t, c.authority, protocol.RevokeGrant(testChain, unknown.ID, c.start))},
		"a grant revoked twice":              {casework.AlreadyDone, [][]byte{register(revoked), revocation}, say(t, c.authority, protocol.RevokeGrant(testChain, revoked.ID, c.start.Add(time.Second)))},
		"a key enrolled by another hall":     {casework.KeyNotEntitled, nil, say(t, seeded(4), protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))},
		"a key enrolled by the authority":    {casework.KeyNotEntitled, nil, say(t, c.authority, protocol.EnrolKey(testChain, "dongcheng", "13", public(second), c.start))},
		"a key enrolled twice":               {casework.AlreadyDone, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "14", public(c.counter), c.start))},
		"an administrator enrolled":          {casework.KeyNotEntitled, nil, say(t, c.admin, protocol.EnrolKey(testChain, "dongcheng", "14", public(c.admin), c.start))},
		"an unknown key withdrawn":           {casework.KeyUnknown, nil, say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(stranger).ID(), c.start))},
		"another hall's key withdrawn":       {casework.KeyNotEntitled, nil, say(t, seeded(4), protocol.WithdrawKey(testChain, "xicheng", public(c.counter).ID(), c.start))},
		"a key withdrawn twice":              {casework.AlreadyDone, [][]byte{enrolSecond, withdrawSecond}, say(t, c.admin, protocol.WithdrawKey(testChain, "dongcheng", public(second).ID(), c.start.Add(time.Second)))},
		"a statement of another chain":       {casework.WrongChain, nil, say(t, c.authority, protocol.RegisterGrant("real", protocol.Suite1, unknown, c.start))},
		"a statement dated ahead":            {casework.TimeInFuture, nil, say(t, c.authority, protocol.RegisterGrant(testChain, protocol.Suite1, unknown, c.start.Add(time.Hour)))},
	}
}
