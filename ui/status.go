package ui

import (
	"cmp"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// status is the bottom line: the truth in words, not only in lights.
type status struct {
	object                                         *fyne.Container
	ledger, pad, camera, document, scanner, centre *kit.Light
	pages                                          *kit.Tap // the light of the camera for pages, where there is one
	gun                                            *kit.Tap // the scanner's light, where there is one of its own
	who                                            *kit.Text
	now                                            *kit.Text
	t                                              func(string, ...any) string
	find                                           func(key string) (string, bool)
}

func (w *Window) newStatus() *status {
	find := func(key string) (string, bool) { return w.opt.Texts.Find(w.opt.Language, key) }
	s := &status{find: find, ledger: kit.NewLight(), pad: kit.NewLight(), camera: kit.NewLight(), document: kit.NewLight(), scanner: kit.NewLight(), centre: kit.NewLight(),
		who: kit.NewText("", kit.TextStyle{Size: 13, Color: kit.Ink2, Align: fyne.TextAlignTrailing}), now: kit.Small("", kit.Ink2), t: w.t}
	open := func(l *kit.Light) *kit.Tap { return kit.NewTap(l.Object, w.openDevices) }
	s.pages, s.gun = open(s.document), open(s.scanner)
	who := kit.NewTap(s.who, w.whoMenu)
	s.object = kit.Inset(0, 24, 0, 24, kit.Row(28, s.ledger.Object, open(s.pad), open(s.camera), s.pages, s.gun, s.centre.Object,
		kit.Flex(who), s.now))
	return s
}

func (s *status) show(w *Window, snap desk.Snapshot) {
	s.ledger.Set(s.ledgerLine(w, snap))
	s.pad.Set(s.device(snap.Pad, "ui.pad"))
	s.camera.Set(s.device(snap.Camera, "ui.camera"))
	s.scanner.Set(s.device(unnamed(snap.Scanner), "ui.scanner"))
	s.document.Set(s.device(unnamed(snap.Document), "ui.document"))
	s.pages.Hidden = snap.Document.State == desk.Absent || snap.Document.State == desk.Unknown
	s.gun.Hidden = snap.Scanner.State == desk.Absent || snap.Scanner.State == desk.Unknown
	s.centre.Set(s.device(unnamed(snap.Centre), "ui.centre"))
	s.who.Set(s.whoLine(snap))
	s.tick(w)
	s.now.Show()
	if room := s.object.Size().Width; room > 0 && s.object.MinSize().Width > room {
		s.now.Hide() // words of trouble go before the time
	}
	s.object.Refresh()
}

// whoLine says who sits there, and how many cases the day has had.
func (s *status) whoLine(snap desk.Snapshot) string {
	switch snap.Stage {
	case desk.StageSignIn:
		return s.t("ui.who.nobody")
	case desk.StageLocked:
		return s.t("ui.who.locked", snap.Clerk)
	}
	return s.t("ui.who", snap.Clerk, snap.Today)
}

// unnamed leaves out the centre's address: it stands on the settings page.
func unnamed(l desk.Light) desk.Light {
	l.Name = ""
	return l
}

func (s *status) tick(w *Window) { s.now.Set(w.opt.Now().Local().Format("2006-01-02 15:04:05")) }

// ledgerLine says what is still to come onto the ledger and since when.
func (s *status) ledgerLine(w *Window, snap desk.Snapshot) (fyne.ThemeColorName, string) {
	q := snap.Queue
	last, liar := s.t("ui.ledger.none"), s.liar(snap.Ledger)
	if q.Height > 0 {
		last = s.t("ui.ledger.last", grouped(q.Height))
	}
	switch {
	case q.Refused > 0:
		return kit.Failed, s.t("ui.ledger.refused", q.Refused)
	case snap.Ledger.State == desk.Failed:
		return kit.Failed, s.t("ui.ledger.failed") + " · " + cmp.Or(liar, s.waiting(w, snap))
	case q.Waiting > 0 && liar != "": // how long the oldest waits must give way
		return kit.Wait, s.t("ui.ledger.queue", q.Waiting) + " · " + liar
	case q.Waiting > 0 || snap.Ledger.State == desk.Waiting:
		return kit.Wait, s.waiting(w, snap) + " · " + last
	case snap.Ledger.State == desk.Unknown:
		return kit.Ink3, s.t("ui.ledger.unknown")
	case liar != "":
		return kit.Wait, s.t("ui.ledger.synced") + " · " + liar
	}
	return kit.Done, s.t("ui.ledger.synced") + " · " + s.t("ui.ledger.queue", 0) + " · " + last
}

// liar names the ledger node that was found out, which somebody must look after
// though the counter works; empty when there is none.
func (s *status) liar(l desk.Light) string {
	key := ""
	switch l.Reason {
	case casework.WrongReceipt:
		key = "ui.ledger.forged"
	case casework.LedgerForked:
		key = "ui.ledger.forked"
	case casework.WrongChain:
		key = "ui.ledger.foreign"
	default:
		return ""
	}
	return s.t(key, elided(l.Name))
}

// elided is a node's address as far as the status line has room for it: without
// the scheme, and of a long one the beginning and the end.
func elided(address string) string {
	const most, head, tail = 21, 6, 12 // an IPv4 address with its port stays whole
	if _, rest, ok := strings.Cut(address, "://"); ok {
		address = rest
	}
	r := []rune(strings.TrimSuffix(address, "/"))
	if len(r) <= most {
		return string(r)
	}
	return string(r[:head]) + "…" + string(r[len(r)-tail:])
}

func (s *status) waiting(w *Window, snap desk.Snapshot) string {
	if snap.Queue.Waiting == 0 {
		return s.t("ui.ledger.trying")
	}
	if snap.Queue.Oldest.IsZero() {
		return s.t("ui.ledger.queue", snap.Queue.Waiting)
	}
	return s.t("ui.ledger.waiting", snap.Queue.Waiting, w.bench.Age(snap.Queue.Oldest))
}

// device says how a device or a connection is, and of one that is not well why.
func (s *status) device(l desk.Light, key string) (fyne.ThemeColorName, string) {
	name := s.t(key)
	if l.Name != "" && l.State == desk.Good { // trouble in words needs the room
		name += " " + l.Name
	}
	switch l.State {
	case desk.Good:
		return kit.Done, name
	case desk.Waiting:
		return kit.Wait, name + s.t("ui.colon") + s.why(l, "ui.light.waiting")
	case desk.Failed:
		return kit.Failed, name + s.t("ui.colon") + s.why(l, "ui.light.failed")
	case desk.Absent:
		return kit.Ink3, name + s.t("ui.colon") + s.t("ui.light.absent")
	}
	return kit.Ink3, name + s.t("ui.colon") + s.t("ui.light.unknown")
}

// why says in two or three words what keeps a device, or what is done about it.
func (s *status) why(l desk.Light, otherwise string) string {
	if words, ok := s.find("light." + string(l.Reason)); ok {
		return words
	}
	return s.t(otherwise)
}

// scannerLine says how the scanner is; of one in trouble also why and what to do,
// because the case does not wait for it and no screen says it. It is empty when
// there is none.
func (s *status) scannerLine(typing bool, l desk.Light) string {
	if typing {
		return s.t("ui.scanner.window")
	}
	if l.State == desk.Absent || l.State == desk.Unknown {
		return ""
	}
	_, words := s.device(l, "ui.scanner")
	if l.Reason != "" {
		words += s.t("ui.sentence.gap") + s.t("refusal."+string(l.Reason)+".what") + s.t("ui.sentence.gap") + s.t("refusal."+string(l.Reason)+".do")
	}
	return words
}

// grouped writes a number in groups of three digits.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u2009" + s[i:]
	}
	return s
}
