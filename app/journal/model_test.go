package journal

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"counterfoil/app/casework"
)

// modelRow is an outbox row as a person would keep it on paper.
type modelRow struct {
	s        *serving
	seq      int
	send     casework.SendState
	attempts int
	height   int64
}

// model is the journal's promise in the simplest form: lists.
type model struct {
	t       *testing.T
	options Options
	j       *Journal
	cases   []*serving
	rows    []*modelRow // in the order in which they were queued
	gone    map[casework.CaseID]bool
	links   map[int64]string
	lines   []string // of the operator log
	height  int64
	turn    int
}

// Random histories of everything that can be done, against the model.
func TestAnyHistoryShowsWhatTheModelShows(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &model{t: t, options: testOptions(fastFolder(t)), gone: map[casework.CaseID]bool{}, links: map[int64]string{}}
		m.j = openAt(t, m.options)
		defer func() { m.j.Close() }()
		r.Repeat(map[string]func(*rapid.T){
			"open":    func(*rapid.T) { m.begin() },
			"step":    m.step,
			"sending": func(r *rapid.T) { m.move(r, casework.Pending, casework.Sending) },
			"retry":   func(r *rapid.T) { m.move(r, casework.Sending, casework.Pending) },
			"refuse":  func(r *rapid.T) { m.move(r, casework.Sending, casework.Refused) },
			"receipt": m.receipt,
			"reopen":  m.again,
			"forget":  m.forget,
			"link":    m.link,
			"restart": func(*rapid.T) { m.restart() },
			"":        m.check,
		})
	})
}

func (m *model) begin() {
	s := newServing(len(m.cases) + 1)
	m.cases = append(m.cases, s)
	m.keep(s, casework.Opened)
}

func (m *model) keep(s *serving, kind casework.StepKind) {
	step := s.make(kind)
	for range 2 { // the same again: no second line
		must(m.t, m.j.Append(m.t.Context(), step, s.about, lineOf(s.id, kind)))
	}
	s.done(step)
	m.lines = append(m.lines, fmt.Sprint(casework.OpStep, s.id, kind))
	m.rows = append(m.rows, &modelRow{s: s, seq: s.standing.Seq, send: casework.Pending})
	m.gone[s.id] = m.gone[s.id] || kind == casework.Abandoned
}

func (m *model) anyCase(r *rapid.T) *serving {
	if len(m.cases) == 0 {
		m.begin()
	}
	return m.cases[rapid.IntRange(0, len(m.cases)-1).Draw(r, "case")]
}

// step tries any kind of step: what the rules allow is kept, the rest is not.
func (m *model) step(r *rapid.T) {
	s := m.anyCase(r)
	kind := rapid.SampledFrom(append(append(casework.Allowed(s.standing.State), byPaper), casework.StepKinds()[1:]...)).Draw(r, "kind")
	if s.standing.Seq > 100 {
		return
	}
	step := s.make(kind)
	_, why := s.standing.Next(step.Entry, step.Digest)
	if m.gone[s.id] && len(step.Attachments) > 0 {
		if err := m.j.Append(m.t.Context(), step, s.about, lineOf(s.id, kind)); err == nil {
			r.Fatalf("%s was kept in a forgotten case", kind)
		}
		return
	}
	if why == nil {
		m.keep(s, kind)
		return
	}
	if err := m.j.Append(m.t.Context(), step, s.about, lineOf(s.id, kind)); casework.KindOf(err) != casework.KindOf(why) {
		r.Fatalf("%s: got %v, want %v", kind, err, why)
	}
}

func (m *model) anyRow(r *rapid.T) *modelRow {
	m.anyCase(r)
	return m.rows[rapid.IntRange(0, len(m.rows)-1).Draw(r, "row")]
}

// first reports whether every earlier row of the case is committed.
func (m *model) first(row *modelRow) bool { return m.behind(row, casework.Committed) }

// behind reports whether every earlier row of the case is in one of the states.
func (m *model) behind(row *modelRow, states ...casework.SendState) bool {
	for _, o := range m.rows {
		if o.s == row.s && o.seq < row.seq && !slices.Contains(states, o.send) {
			return false
		}
	}
	return true
}

func (m *model) move(r *rapid.T, from, to casework.SendState) {
	row, ctx := m.anyRow(r), m.t.Context()
	d := row.s.digests[row.seq-1]
	var err error
	may := true
	switch to {
	case casework.Sending:
		err = m.j.Sending(ctx, d)
		may = m.behind(row, casework.Committed, casework.Sending)
	case casework.Pending:
		err = m.j.Retry(ctx, d)
	case casework.Refused:
		err = m.j.Refuse(ctx, d, casework.KeyUnknown)
		may = m.first(row)
	}
	if row.send != from || !may {
		wantRefusal(m.t, err, casework.NotNow)
		return
	}
	if err != nil {
		r.Fatal(err)
	}
	row.send = to
	if to == casework.Pending {
		row.attempts++
	}
}

func (m *model) receipt(r *rapid.T) {
	row := m.anyRow(r)
	m.height++
	if err := m.j.Committed(m.t.Context(), receiptFor(row.s.digests[row.seq-1], m.height)); err != nil {
		r.Fatal(err)
	}
	if row.send != casework.Committed {
		row.send, row.height = casework.Committed, m.height
	}
}

func (m *model) again(r *rapid.T) {
	s := m.anyCase(r)
	if err := m.j.Reopen(m.t.Context(), s.id, casework.OperatorAct{What: casework.OpSendAgain, Case: s.id}); err != nil {
		r.Fatal(err)
	}
	sent := false
	for _, row := range m.rows {
		if row.s == s && row.send == casework.Refused {
			row.send, sent = casework.Pending, true
		}
	}
	if sent {
		m.lines = append(m.lines, fmt.Sprint(casework.OpSendAgain, s.id, ""))
	}
}

func (m *model) forget(r *rapid.T) {
	s := m.anyCase(r)
	if err := m.j.Forget(m.t.Context(), s.id, forgetLine(s.id)); err != nil {
		r.Fatal(err)
	}
	if !m.gone[s.id] {
		m.lines = append(m.lines, fmt.Sprint(casework.OpForget, s.id, ""))
	}
	m.gone[s.id] = true
}

func (m *model) link(r *rapid.T) {
	height, raw := rapid.Int64Range(1, 9).Draw(r, "height"), rapid.SampledFrom([]string{"a", "b"}).Draw(r, "link")
	if err := m.j.KeepLink(m.t.Context(), height, []byte(raw)); err != nil {
		r.Fatal(err)
	}
	m.links[height] = raw
}

func (m *model) restart() {
	if err := m.j.Close(); err != nil {
		m.t.Fatal(err)
	}
	m.j = openAt(m.t, m.options)
	for _, row := range m.rows {
		if row.send == casework.Sending {
			row.send = casework.Pending
		}
	}
}

// check compares all there is, every third time; the outbox in numbers always.
func (m *model) check(r *rapid.T) {
	m.checkQueue(r)
	if m.turn++; m.turn%3 != 0 {
		return
	}
	ctx := m.t.Context()
	list, err := m.j.Day(ctx, testDay, "", 0)
	if err != nil || len(list) != len(m.cases) {
		r.Fatalf("%d cases of %d, %v", len(list), len(m.cases), err)
	}
	slices.Reverse(list)
	unfinished := 0
	for i, s := range m.cases {
		if list[i].ID != s.id || list[i].Standing != s.standing || list[i].Number != s.about.Number {
			r.Fatalf("case %d: %+v", i, list[i])
		}
		if !s.standing.State.Ended() {
			unfinished++
		}
	}
	if open, err := m.j.Unfinished(ctx); err != nil || len(open) != unfinished {
		r.Fatalf("%d unfinished of %d, %v", len(open), unfinished, err)
	}
	for _, s := range m.cases {
		_, err := m.j.Content(ctx, s.id, 1)
		if gone := casework.KindOf(err) == casework.ContentForgotten; gone != m.gone[s.id] || !gone && err != nil {
			r.Fatalf("the content of a case: %v, gone is %v", err, m.gone[s.id])
		}
	}
	m.checkRows(r, list)
	m.checkLinks(r)
	m.checkReady(r)
	m.checkNext(r)
	m.checkLines(r)
}

// checkLines: what was done stands in the operator log once, in its order, and the
// chain holds.
func (m *model) checkLines(r *rapid.T) {
	acts, err := m.j.ActsSince(m.t.Context(), time.Time{})
	must(m.t, err)
	var got []string
	for _, a := range acts {
		got = append(got, fmt.Sprint(a.What, a.Case, a.Note))
	}
	whole, err := m.j.WholeActs(m.t.Context())
	if err != nil || !whole || !slices.Equal(got, m.lines) {
		r.Fatalf("the log says %v, want %v; whole is %v, %v", got, m.lines, whole, err)
	}
}

func (m *model) checkRows(r *rapid.T, list []casework.CaseRecord) {
	steps := map[casework.Digest]casework.StepRecord{}
	for _, c := range list {
		for _, s := range c.Steps {
			steps[s.Digest] = s
		}
	}
	for _, row := range m.rows {
		s := steps[row.s.digests[row.seq-1]]
		if s.Send != row.send || s.Height != row.height || (s.Refusal != "") != (row.send == casework.Refused) {
			r.Fatalf("row is %+v, want %+v", s, row)
		}
	}
}

func (m *model) checkLinks(r *rapid.T) {
	var want []string
	for _, height := range slices.Sorted(maps.Keys(m.links)) {
		want = append(want, m.links[height])
	}
	got, err := m.j.Links(m.t.Context())
	if err != nil || fmt.Sprintf("%s", got) != fmt.Sprintf("%s", want) {
		r.Fatalf("links %s, want %s, %v", got, want, err)
	}
}

func (m *model) checkReady(r *rapid.T) {
	var want []string
	for _, row := range m.rows {
		if row.send == casework.Pending && m.first(row) {
			want = append(want, fmt.Sprint(row.s.id, row.seq, row.attempts))
		}
	}
	list, err := m.j.Ready(m.t.Context(), 1000)
	if err != nil {
		r.Fatal(err)
	}
	var got []string
	for _, o := range list {
		got = append(got, fmt.Sprint(o.Case, o.Seq, o.Attempts))
	}
	slices.Sort(want) // one clock reading: rows queued together have no order
	slices.Sort(got)
	if !slices.Equal(got, want) {
		r.Fatalf("ready %v, want %v", got, want)
	}
}

// checkNext: what follows in a case on what is under way, three at most.
func (m *model) checkNext(r *rapid.T) {
	for _, s := range m.cases {
		var want []int
		for _, row := range m.rows {
			switch {
			case row.s != s || len(want) == 3:
			case row.send == casework.Pending && m.behind(row, casework.Committed, casework.Sending, casework.Pending) && !m.under(row):
				want = append(want, row.seq)
			}
		}
		rows, err := m.j.Next(m.t.Context(), s.id, 3)
		var got []int
		for _, row := range rows {
			got = append(got, row.Seq)
		}
		if err != nil || !slices.Equal(got, want) {
			r.Fatalf("next are %v, want %v, %v", got, want, err)
		}
	}
}

// under reports whether a later row of the case is under way.
func (m *model) under(row *modelRow) bool {
	return slices.ContainsFunc(m.rows, func(o *modelRow) bool { return o.s == row.s && o.seq > row.seq && o.send == casework.Sending })
}

func (m *model) checkQueue(r *rapid.T) {
	var want casework.Queue
	refused := map[*serving]bool{}
	for _, row := range m.rows {
		switch row.send {
		case casework.Refused:
			refused[row.s] = true
		case casework.Pending, casework.Sending:
			want.Waiting++
		}
		want.Height = max(want.Height, row.height)
	}
	want.Refused = len(refused)
	q, err := m.j.Queue(m.t.Context())
	if err != nil || q.Waiting != want.Waiting || q.Refused != want.Refused || q.Height != want.Height || q.Oldest.IsZero() != (q.Waiting == 0) {
		r.Fatalf("queue %+v, want %+v, %v", q, want, err)
	}
}
