package ui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
)

// scripted is a desk that shows the snapshots it is told to and notes the
// intents that reach it.
type scripted struct {
	mu      sync.Mutex
	notes   []string
	noted   chan struct{} // receives after an intent was noted
	shows   chan desk.Snapshot
	frames  [][]byte
	day     []casework.CaseRecord
	unbound map[casework.CaseID]time.Time
	left    desk.Leftover
	touches atomic.Int64
	acts    []casework.OperatorAct
	broken  bool          // the operator log's chain
	refuses error         // the next intents' answer
	typed   func(r rune)  // called after a digit; may be nil
	holds   chan struct{} // when set, intents wait until it is closed
}

func newScripted() *scripted {
	return &scripted{noted: make(chan struct{}, 256), shows: make(chan desk.Snapshot, 16)}
}

func (d *scripted) note(what string) error {
	d.mu.Lock()
	d.notes = append(d.notes, what)
	holds, err := d.holds, d.refuses
	d.mu.Unlock()
	d.noted <- struct{}{}
	if holds != nil {
		<-holds
	}
	return err
}

func (d *scripted) heard() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string(nil), d.notes...)
}

func (d *scripted) Open(_ context.Context, item casework.ItemCode) error {
	return d.note("open " + string(item))
}
func (d *scripted) Digit(r rune) {
	_ = d.note("digit " + string(r))
	if d.typed != nil {
		d.typed(r)
	}
}
func (d *scripted) Erase()                                     { _ = d.note("erase") }
func (d *scripted) Clear()                                     { _ = d.note("clear") }
func (d *scripted) Paste(text string) error                    { return d.note("paste " + text) }
func (d *scripted) Scanned(text string) error                  { return d.note("scanned " + text) }
func (d *scripted) Try(_ context.Context, of desk.Tried) error { return d.note("try " + string(of)) }
func (d *scripted) EndTry()                                    { _ = d.note("end try") }
func (d *scripted) TryStill(context.Context) error             { return d.note("still") }
func (d *scripted) Spoilt()                                    { _ = d.note("spoilt") }
func (d *scripted) RenewRequest(context.Context) error         { return d.note("renew") }
func (d *scripted) ReadOriginals(context.Context) error        { return d.note("read originals") }
func (d *scripted) LeaveOriginals(context.Context) error       { return d.note("leave originals") }
func (d *scripted) Act(_ context.Context, a *casework.Acting) error {
	return d.note("act " + acted(a))
}
func (d *scripted) Paper(_ context.Context, p desk.PaperOriginals) error {
	return d.note(fmt.Sprintf("paper %s %v %v %s", p.Reason, p.Kinds, p.Compared, acted(p.Acting)))
}

func acted(a *casework.Acting) string {
	if a == nil {
		return "nobody"
	}
	return strings.Join([]string{string(a.Role), a.Name, a.Number, a.For, a.Basis}, " ")
}

func (d *scripted) Retry(context.Context) error  { return d.note("retry") }
func (d *scripted) Push(context.Context) error   { return d.note("push") }
func (d *scripted) Recall(context.Context) error { return d.note("recall") }
func (d *scripted) CutOut(_ context.Context, c casework.Corners) ([]byte, error) {
	return samplePhoto(), d.note(fmt.Sprintf("cut %.0f", c))
}
func (d *scripted) Turn(context.Context) error   { return d.note("turn") }
func (d *scripted) Retake(context.Context) error { return d.note("retake") }
func (d *scripted) Crop(_ context.Context, c casework.Corners) error {
	return d.note(fmt.Sprintf("crop %.0f", c))
}
func (d *scripted) Photograph(context.Context) error { return d.note("photograph") }
func (d *scripted) Submit(context.Context) error     { return d.note("submit") }
func (d *scripted) SetAside(context.Context) error   { return d.note("set aside") }
func (d *scripted) Fill(_ context.Context, f casework.FieldID, v string) error {
	return d.note("fill " + string(f) + "=" + v)
}
func (d *scripted) SkipPhoto(_ context.Context, r casework.ReasonCode) error {
	return d.note("skip " + string(r))
}
func (d *scripted) Abandon(_ context.Context, r casework.ReasonCode) error {
	return d.note("abandon " + string(r))
}
func (d *scripted) Resume(_ context.Context, id casework.CaseID) error {
	return d.note("resume " + string(id))
}
func (d *scripted) Export(_ context.Context, id casework.CaseID) (string, error) {
	return "/var/lib/counterfoil/bundles/" + string(id) + ".zip", d.note("export " + string(id))
}
func (d *scripted) Content(_ context.Context, _ casework.CaseID, seq int) ([]casework.Attachment, error) {
	if seq == 2 {
		return []casework.Attachment{{Name: "grant", Content: []byte(`{}`)},
			{Name: "acting", Content: []byte(`{"role":"entrusted","name":"测试乙","for":"示例医药科技（北京）有限公司"}`)}}, nil
	}
	return []casework.Attachment{{Name: "fields", Content: []byte(`[{"field":"name","label":"企业名称","value":"示例医药科技（北京）有限公司"}]`)}}, nil
}
func (d *scripted) Unbound(_ context.Context, id casework.CaseID) (time.Time, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.unbound[id], nil
}
func (d *scripted) Day(context.Context, string) ([]casework.CaseRecord, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.day, nil
}

func (d *scripted) SignIn(_ context.Context, p casework.Presence) error {
	return d.note("sign in " + said(p))
}
func (d *scripted) Unlock(_ context.Context, p casework.Presence) error {
	return d.note("unlock " + said(p))
}
func (d *scripted) Prove(_ context.Context, p casework.Presence) error {
	return d.note("prove " + said(p))
}
func (d *scripted) SignOut(context.Context) error { return d.note("sign out") }
func (d *scripted) Lock(bool) error               { return d.note("lock") }
func (d *scripted) Unask()                        { _ = d.note("unask") }
func (d *scripted) Touched()                      { d.touches.Add(1) }
func (d *scripted) ChangePassword(_ context.Context, number, before, fresh string) error {
	return d.note("password " + number + " " + before + " " + fresh)
}
func (d *scripted) SettingChanged(_ context.Context, which string) error {
	return d.note("setting " + which)
}
func (d *scripted) Operators(_ context.Context, day string) ([]casework.OperatorAct, bool, error) {
	d.mu.Lock()
	acts, whole := d.acts, !d.broken
	d.mu.Unlock()
	return acts, whole, d.note("operators " + day)
}

// said is who somebody says to be, for the notes of a test.
func said(p casework.Presence) string {
	if p.Card {
		return "card " + p.PIN
	}
	return p.Number + " " + p.Password
}

func (d *scripted) Watch(ctx context.Context) <-chan desk.Snapshot {
	out := make(chan desk.Snapshot)
	go func() {
		defer close(out)
		for {
			select {
			case s := <-d.shows:
				select {
				case out <- s:
				case <-ctx.Done():
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func (d *scripted) Preview(ctx context.Context) <-chan []byte {
	out := make(chan []byte)
	go func() {
		defer close(out)
		for _, f := range d.frames {
			select {
			case out <- f:
			case <-ctx.Done():
				return
			}
		}
		<-ctx.Done()
	}()
	return out
}
