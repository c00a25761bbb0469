package desk_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/devices/signpad/softpad"
)

// TestStories plays the cases in testdata: each file is a story, each line a
// verb. "! verb … kind" is a step that must be refused with that kind; "expect"
// looks at what the clerk sees, the citizen sees and the journal keeps.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { play(t, file) })
		})
	}
}

func play(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := newHall(t, nil)
	defer func() { h.stop() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := h.line(strings.Fields(line)); err != nil {
			t.Fatalf("%s:%d: %s: %v (stage %s, problem %v)", file, n, line, err, h.last.Stage, h.last.Problem)
		}
	}
	if c := h.last.Case; c != nil {
		h.verify(c.ID)
	}
}

func (h *hall) line(words []string) error {
	if words[0] != "!" {
		return h.do(words)
	}
	want := casework.RefusalKind(words[len(words)-1])
	err := h.do(words[1 : len(words)-1])
	if casework.KindOf(err) != want {
		return fmt.Errorf("want %s, got %v", want, err)
	}
	if want != casework.NotNow && (h.last.Problem == nil || h.last.Problem.Kind != want) {
		return fmt.Errorf("the clerk is not told: %v", h.last.Problem)
	}
	return nil
}

func (h *hall) do(words []string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	verb, rest := words[0], words[1:]
	arg := strings.Join(rest, " ")
	do, ok := map[string]func() error{
		"open":      func() error { return h.desk.Open(ctx, casework.ItemCode(arg)) },
		"type":      func() error { return h.digits(arg) },
		"paste":     func() error { return h.desk.Paste(arg) },
		"scan":      func() error { return h.desk.Scanned(arg) },
		"gun":       func() error { h.gun.pull(arg); return nil },
		"try":       func() error { return h.desk.Try(ctx, desk.Tried(arg)) },
		"try-still": func() error { return h.desk.TryStill(ctx) },
		"end-try":   func() error { h.desk.EndTry(); return nil },
		"erase":     func() error { h.desk.Erase(); return nil },
		"code":      func() error { h.city.makeCode(rest[0], len(rest) > 1); return nil },
		"see":       func() error { return h.city.see(older(rest)) },
		"answer":    func() error { return h.city.answer(older(rest), rest[0] == "agree") },
		"paper":     func() error { return h.paper(ctx, rest) },
		"read":      func() error { return h.desk.ReadOriginals(ctx) },
		"leave":     func() error { return h.desk.LeaveOriginals(ctx) },
		"act":       func() error { return h.desk.Act(ctx, acting(arg)) },
		"renew":     func() error { return h.desk.RenewRequest(ctx) },
		"retry":     func() error { return h.desk.Retry(ctx) },
		"fill":      func() error { return h.desk.Fill(ctx, casework.FieldID(rest[0]), rest[1]) },
		"fill-all":  func() error { return h.fillAll(ctx) },
		"push":      func() error { return h.desk.Push(ctx) },
		"recall":    func() error { return h.desk.Recall(ctx) },
		"tap":       func() error { return h.tap(ctx, casework.TouchName(arg)) },
		"agree-all": func() error { return h.agreeAll(ctx) },
		"sign":      func() error { return h.pad.Play(ctx, softpad.Signature(h.last.Screen.Ink)) },
		"scribble":  func() error { return h.dot(ctx) },
		"photo":     func() error { return h.desk.Photograph(ctx) },
		"crop":      func() error { return h.desk.Crop(ctx, corners(rest, h.last.Case.Corners)) },
		"cut-out": func() error {
			page, err := h.desk.CutOut(ctx, corners(rest, h.last.Case.Corners))
			if err == nil && len(page) == 0 {
				return errors.New("nothing was cut out")
			}
			return err
		},
		"turn":    func() error { return h.desk.Turn(ctx) },
		"retake":  func() error { return h.desk.Retake(ctx) },
		"skip":    func() error { return h.desk.SkipPhoto(ctx, casework.ReasonCode(arg)) },
		"submit":  func() error { return h.desk.Submit(ctx) },
		"abandon": func() error { return h.desk.Abandon(ctx, casework.ReasonCode(arg)) },
		"aside":   func() error { h.remember(); return h.desk.SetAside(ctx) },
		"resume":  func() error { return h.resume(ctx) },
		"clear":   func() error { h.desk.Clear(); return nil },
		"kill":    func() error { h.remember(); h.kill(); return nil },
		"closed":  func() error { return h.closed(arg) },
		"restart": func() error { h.remember(); h.stop(); h.start(); return nil },
		"revoke":  func() error { return h.revoke(ctx) },
		"unplug":  func() error { h.plug(arg, false); return nil },
		"plug":    func() error { h.plug(arg, true); return nil },
		"drop":    func() error { h.pad.Drop(3); return nil },
		"hang":    func() error { h.pad.Hang(1 << 30); return nil },
		"stall":   func() error { h.pad.Stall(arg == "on"); return nil },
		"stroke":  func() error { return h.stroke(ctx) },
		"garble":  func() error { h.pad.Input([]byte("this is no report")); return nil },
		"city":    func() error { h.city.weather(casework.RefusalKind(strings.TrimPrefix(arg, "fine"))); return nil },
		"licence": func() error { h.city.spoil(strings.TrimPrefix(arg, "fine")); return nil },
		"pass":    func() error { return h.passText(arg) },
		"expect":  func() error { return h.expect(ctx, rest[0], strings.Join(rest[1:], " ")) },
	}[verb]
	if !ok {
		return fmt.Errorf("unknown verb %s", verb)
	}
	err := do()
	h.settle()
	return err
}

func older(words []string) int {
	for _, w := range words {
		if w == "older" {
			return 1
		}
	}
	return 0
}

func (h *hall) digits(code string) error {
	for _, r := range code {
		h.desk.Digit(r)
	}
	h.settle()
	if p := h.last.Problem; p != nil && len(code) == 8 {
		return casework.Refuse(p.Kind, "")
	}
	return nil
}

func (h *hall) fillAll(ctx context.Context) error {
	for _, f := range h.last.Case.Item.Form {
		if as := h.last.Case.Typed[f.Field]; as != "" {
			if err := h.desk.Fill(ctx, f.Field, typed(as)); err != nil {
				return err
			}
		}
		if len(f.Choices) == 0 {
			continue
		}
		if err := h.desk.Fill(ctx, f.Field, f.Choices[0].Value); err != nil {
			return err
		}
	}
	return nil
}

// paper notes the originals, all but what is named: unshown, uncompared, unsaid;
// any other word is the role of who acts.
func (h *hall) paper(ctx context.Context, words []string) error {
	p := desk.PaperOriginals{Compared: true, Reason: casework.NoPhone}
	for _, n := range h.last.Case.Item.Needs {
		p.Kinds = append(p.Kinds, n.Kind)
	}
	for _, w := range words {
		switch w {
		case "unshown":
			p.Kinds = p.Kinds[1:]
		case "uncompared":
			p.Compared = false
		case "unsaid":
			p.Reason = ""
		default:
			p.Acting = acting(w)
		}
	}
	return h.desk.Paper(ctx, p)
}

// acting is who acts in that role, noted as a clerk without an input method does.
func acting(role string) *casework.Acting {
	if role == "nobody" {
		return nil
	}
	return &casework.Acting{Role: casework.Role(role), Name: casework.AsShown, Number: "11010519491231002X", For: casework.AsShown, Basis: casework.AsShown}
}

// typed is what a clerk types for a line of an original.
func typed(as casework.Typed) string {
	return map[casework.Typed]string{casework.TypedCitizenNumber: "11010519491231002X", casework.TypedCreditCode: "91350100M000100Y43",
		casework.TypedDate: "19491231", casework.TypedYesNo: casework.Yes}[as]
}

func (h *hall) tap(ctx context.Context, name casework.TouchName) error {
	area := h.last.Screen.Area(name)
	if area.Empty() {
		return fmt.Errorf("the screen %q has no %s", h.last.ScreenKind, name)
	}
	if err := h.pad.Tap(ctx, area.Min.Add(area.Size().Div(2))); err != nil {
		return err
	}
	h.settle()
	if p := h.last.Problem; p != nil {
		return casework.Refuse(p.Kind, "")
	}
	return nil
}

// agreeAll turns the pages one by one and agrees on the last.
func (h *hall) agreeAll(ctx context.Context) error {
	for h.last.Case.Page+1 < h.last.Case.Pages {
		if err := h.tap(ctx, casework.TouchNext); err != nil {
			return err
		}
	}
	return h.tap(ctx, casework.TouchAgree)
}

func (h *hall) dot(ctx context.Context) error {
	ink := h.last.Screen.Ink
	return h.pad.Tap(ctx, image.Pt((ink.Min.X+ink.Max.X)/2, (ink.Min.Y+ink.Max.Y)/2))
}

// stroke begins a stroke and does not end it: the pen stays down.
func (h *hall) stroke(ctx context.Context) error {
	ink := h.last.Screen.Ink
	if ink.Empty() {
		return fmt.Errorf("the screen %q takes no ink", h.last.ScreenKind)
	}
	for i := range 20 {
		h.pad.Pen(float64(ink.Min.X+10+3*i), float64(ink.Min.Y+20+i), 0.5, true)
		<-time.After(5 * time.Millisecond)
	}
	return ctx.Err()
}

func (h *hall) remember() {
	if h.last.Case != nil {
		h.before = h.last.Case.ID
	}
}

func (h *hall) resume(ctx context.Context) error {
	if len(h.last.Unfinished) == 0 {
		return fmt.Errorf("nothing can be resumed")
	}
	return h.desk.Resume(ctx, h.last.Unfinished[0].ID)
}

func (h *hall) revoke(ctx context.Context) error {
	id := h.before
	if h.last.Case != nil {
		id = h.last.Case.ID
	}
	r, err := h.journal.Case(ctx, id)
	if err != nil {
		return err
	}
	h.city.revoke(r.Standing.Grant)
	return h.desk.Revoked(ctx, r.Standing.Grant)
}

func (h *hall) plug(what string, in bool) {
	switch {
	case what == "camera":
		h.camera.plug(in)
	case what == "document":
		h.document.plug(in)
	case what == "scanner":
		h.gun.plug(in)
	case in:
		h.pad.Plug()
	default:
		h.pad.Unplug()
	}
}

func (h *hall) passText(text string) error {
	d, err := time.ParseDuration(text)
	if err == nil {
		h.pass(d)
	}
	return err
}

// closed leaves the counter closed for a while, for a night or a weekend.
func (h *hall) closed(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	h.remember()
	h.stop()
	<-time.After(d)
	h.start()
	return nil
}

func light(l desk.Light) string {
	if l.Reason == "" {
		return string(l.State)
	}
	return string(l.State) + " " + string(l.Reason)
}

// corners are those that were found, or with a word other ones.
func corners(words []string, found casework.Corners) casework.Corners {
	if len(words) > 0 && words[0] == "crossed" {
		found[0], found[1] = found[1], found[0]
	}
	return found
}
