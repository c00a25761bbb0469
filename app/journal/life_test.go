package journal

import (
	"math/rand/v2"
	"slices"
	"testing"

	"counterfoil/app/casework"
)

// life is a realistic day of a journal in short.
type life struct {
	t        *testing.T
	options  Options
	recorder *recorder
	rng      *rand.Rand
	j        *Journal
	all      []casework.CaseID
	marks    []mark
	height   int64
}

// done marks an operation that has returned.
func (l *life) done(what string, err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatalf("%s: %v", what, err)
	}
	at := l.recorder.count()
	l.marks = append(l.marks, mark{what: what, at: at, picture: picture(l.t, l.j, l.all)})
	if l.recorder.count() != at {
		l.t.Fatal("reading writes")
	}
}

func (l *life) live() {
	l.start()
	for n := range 4 {
		l.done("opening", l.j.ChangeShift(l.t.Context(), opening(2*n), anAct(casework.OpOpen, "0318")))
		s := newServing(n + 1)
		s.picture = 200 + l.rng.IntN(9000)
		if n == 1 {
			s.about.Day = "20261122" // a day with one case
		}
		l.all = append(l.all, s.id)
		l.serve(s)
		l.send()
		l.done("link", l.j.KeepLink(l.t.Context(), l.height, linkFor(l.height)))
		l.done("roster", l.j.KeepRoster(l.t.Context(), linkFor(l.height)))
		switch n {
		case 1:
			l.done("forget", l.j.Forget(l.t.Context(), l.all[0], forgetLine(l.all[0])))
			l.done("checkpoint", l.j.checkpoint("TRUNCATE"))
		case 2:
			l.reopenRefused()
			if err := l.j.Close(); err != nil {
				l.t.Fatal(err)
			}
			l.start()
		}
		l.done("closing", l.j.ChangeShift(l.t.Context(), closing(2*n+1), anAct(casework.OpClose, "0317")))
	}
	l.done("forget the only case of its day", l.j.Forget(l.t.Context(), l.all[1], forgetLine(l.all[1])))
	if err := l.j.Close(); err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) start() {
	var err error
	l.j, err = Open(l.t.Context(), l.options)
	l.done("open", err)
}

func (l *life) serve(s *serving) {
	kinds := usual()
	if l.rng.IntN(3) == 0 {
		kinds = kinds[:2+l.rng.IntN(4)]
	}
	for _, kind := range kinds {
		l.done(string(kind), l.j.Append(l.t.Context(), s.step(kind), s.about, lineOf(s.id, kind)))
		if l.rng.IntN(4) == 0 {
			l.done("attempt", l.j.Attempt(l.t.Context(), casework.Attempt{Case: s.id, Step: kind, Why: casework.CodeUnknown, Time: testNow()}))
			refused := lineOf(s.id, kind)
			refused.Why = casework.CodeUnknown
			l.done("refused act", l.j.NoteAct(l.t.Context(), refused))
		}
	}
}

// send moves some rows along: most are committed, some tried again, few refused.
func (l *life) send() {
	ctx := l.t.Context()
	for range 5 {
		ready, err := l.j.Ready(ctx, 10)
		if err != nil {
			l.t.Fatal(err)
		}
		if len(ready) == 0 {
			return
		}
		d := ready[l.rng.IntN(len(ready))].Digest
		l.done("sending", l.j.Sending(ctx, d))
		switch l.rng.IntN(6) {
		case 0:
			l.done("retry", l.j.Retry(ctx, d))
		case 1:
			l.done("refuse", l.j.Refuse(ctx, d, casework.KeyUnknown))
			id := ready[slices.IndexFunc(ready, func(o casework.Outgoing) bool { return o.Digest == d })].Case
			l.done("seen", l.j.Seen(ctx, id, "0317", testNow(), casework.OperatorAct{Clerk: "0317", What: casework.OpSeen, Case: id}))
		default:
			l.height++
			l.done("committed", l.j.Committed(ctx, receiptFor(d, l.height)))
		}
	}
}

func (l *life) reopenRefused() {
	for _, id := range l.all {
		l.done("reopen a refused one", l.j.Reopen(l.t.Context(), id, casework.OperatorAct{Clerk: "0317", What: casework.OpSendAgain, Case: id}))
	}
}
