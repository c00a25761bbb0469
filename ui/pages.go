package ui

import (
	"fyne.io/fyne/v2"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/devices"
	"counterfoil/ui/kit"
	"counterfoil/ui/look"
	"counterfoil/ui/records"
	"counterfoil/ui/setup"
	"counterfoil/ui/step"
)

// findItem goes to the search line; during a case it first asks whether to put
// the case aside.
func (w *Window) findItem() {
	w.back()
	switch {
	case w.snap.Case == nil:
		w.win.Canvas().Focus(w.header.entry)
	case w.over():
		w.bench.Type(w.opt.Desk.Clear)
	default:
		step.AskAside(w.bench)
	}
}

func (w *Window) markedItem(item *casework.ServiceItem) {
	w.item = item
	w.put(w.right, step.RightItem(w.bench, item, w.snap))
}

func (w *Window) openRecords() {
	if w.records != nil {
		w.back()
		return
	}
	w.closePage()
	w.records = records.New(records.Bench{Desk: w.opt.Desk, T: w.t, ItemName: w.bench.ItemNameOf, Acting: w.bench.ActingIn, Age: w.bench.Age,
		Idle: func() bool { return w.snap.Case == nil || w.over() }, Run: w.run, Load: w.load, Back: w.back,
		May: func(d casework.Duty) bool { return !w.snap.Staffed || w.snap.Who.Role.May(d) }})
	w.openPage(w.records.Object())
	w.win.Canvas().Focus(w.records.Entry())
}

func (w *Window) openSetup() {
	if w.setup != nil {
		w.back()
		return
	}
	w.closePage()
	var modes []string
	for _, m := range look.Modes() {
		modes = append(modes, string(m))
	}
	w.setup = setup.New(setup.Bench{T: w.t, Languages: w.opt.Texts.Languages(), Modes: modes,
		Now:     setup.Choices{Language: w.opt.Language, Mode: string(w.opt.Mode), Scale: w.opt.Scale},
		Set:     func(c setup.Choices) { w.set(c.Language, look.ParseMode(c.Mode), c.Scale) },
		Devices: w.connections(), More: w.openDevices, About: w.about(), Back: w.back})
	w.openPage(w.setup.Object())
	w.win.Canvas().Unfocus()
}

func (w *Window) openDevices() { w.showDevices(nil) }

// showDevices opens the devices page in place of the one before, if there was one.
func (w *Window) showDevices(before *devices.Page) {
	if w.devices != nil {
		w.back()
		return
	}
	w.closePage()
	var about []string
	for _, l := range w.about() {
		about = append(about, l[0]+w.t("ui.colon")+l[1])
	}
	w.devices = devices.New(devices.Bench{Desk: w.opt.Desk, T: w.t, Light: w.status.device, Typing: w.opt.Scanner, About: about, Now: w.opt.Now,
		Monitors: w.monitorLines, Run: w.run, Load: w.load, Type: w.enqueue, Follow: w.follow, Save: w.opt.SaveReport, Copy: w.app.Clipboard().SetContent, Back: w.back}, w.snap, before)
	w.openPage(w.devices.Object())
	w.win.Canvas().Unfocus()
}

func (w *Window) connections() [][2]string {
	s := w.status
	line := func(key string, state func() (fyne.ThemeColorName, string)) [2]string {
		_, words := state()
		return [2]string{w.t(key), words}
	}
	pad := w.snap.PadIdentity
	list := [][2]string{
		line("ui.ledger", func() (fyne.ThemeColorName, string) { return s.ledgerLine(w, w.snap) }),
		line("ui.pad", func() (fyne.ThemeColorName, string) { return s.device(w.snap.Pad, "ui.pad") }),
		line("ui.camera", func() (fyne.ThemeColorName, string) { return s.device(w.snap.Camera, "ui.camera") }),
		line("ui.centre", func() (fyne.ThemeColorName, string) { return s.device(w.snap.Centre, "ui.centre") }),
	}
	if words := s.scannerLine(w.opt.Scanner, w.snap.Scanner); words != "" {
		list = append(list, [2]string{w.t("ui.scanner"), words})
	}
	if pad.Model != "" {
		list[1][1] += " · " + w.t("ui.setup.pad", pad.Serial, pad.Firmware, pad.Width, pad.Height, pad.Rate)
	}
	return list
}

func (w *Window) about() [][2]string {
	list := [][2]string{{w.t("ui.setup.program"), Title + " " + w.opt.Version}, {w.t("ui.setup.place"), w.snap.Hall + " · " + w.t("ui.counter", w.snap.Counter)}}
	if w.opt.Address != "" {
		list = append(list, [2]string{w.t("ui.centre"), w.opt.Address})
	}
	return append(list, [2]string{w.t("ui.setup.licence"), w.t("ui.setup.licence.text")})
}

func (w *Window) openPage(o fyne.CanvasObject) {
	w.shut()
	w.page.Show()
	w.middle.Hide()
	w.right.Hide()
	w.put(w.page, o)
	w.win.Content().Refresh()
}

func (w *Window) closePage() {
	if w.devices != nil {
		w.devices.Close()
	}
	w.records, w.setup, w.devices, w.shift, w.operators = nil, nil, nil, nil, nil
}

// back closes a page and shows the case again.
func (w *Window) back() {
	if w.page.Hidden {
		return
	}
	w.closePage()
	w.page.Objects = nil
	w.page.Hide()
	w.middle.Show()
	w.right.Show()
	w.win.Content().Refresh()
	w.home()
}

// rule opens the card of the rule that applies now, with the keys below it.
func (w *Window) rule() {
	var body []fyne.CanvasObject
	for _, text := range w.rules() {
		body = append(body, kit.Body(text))
	}
	body = append(body, kit.Rule(), kit.Heading(w.t("ui.help.keys")))
	for _, k := range helpKeys() {
		body = append(body, kit.Row(12, kit.Sized(kit.Em(110), 0, kit.KeyCap(k[0])), kit.Flex(kit.NewText(w.t(k[1]), kit.TextStyle{Size: 14, Color: kit.Ink2}))))
	}
	w.ask(&kit.Dialog{Title: w.t("ui.rule.title"), Body: kit.Scroll(kit.Column(8, body...)), Width: 640,
		Close: kit.NewButton(kit.SecondaryButton, w.t("ui.back"), "Esc", w.shut)})
}

func helpKeys() [][2]string {
	return [][2]string{{"Enter", "ui.help.enter"}, {"Esc  −", "ui.help.esc"}, {"0–9", "ui.help.digits"}, {"Backspace  .", "ui.help.erase"},
		{"F8  +", "ui.help.second"}, {"F5  *", "ui.help.renew"}, {"F2  /", "ui.help.find"}, {"F3", "ui.key.F3"}, {"F4", "ui.key.F4"},
		{"F6", "ui.key.F6"}, {"F7", "ui.key.F7"}, {"F9", "ui.help.aside"}, {"F10", "ui.key.F10"}, {"F11", "ui.help.full"},
		{"F12  Ctrl+L", "ui.key.F12"}, {"Ctrl+F12", "ui.help.who"}}
}

// rules returns what applies: to the refusal on the screen, else to the stage,
// and the basis of the item.
func (w *Window) rules() []string {
	var out []string
	problem := w.snap.Problem
	if problem == nil {
		problem = w.error
	}
	if problem != nil {
		out = append(out, w.t("refusal."+string(problem.Kind)+".what"), w.t("refusal."+string(problem.Kind)+".do"))
		if rule, ok := w.opt.Texts.Find(w.opt.Language, "refusal."+string(problem.Kind)+".rule"); ok {
			out = append(out, rule)
		}
	}
	if c := w.snap.Case; c != nil && (w.snap.Stage == desk.StagePaper || c.Typed != nil || c.Acting != nil) {
		for _, key := range []string{"716-07", "716-10", "civil-161", "civil-165", "civil-163", "civil-23", "pipl-28"} {
			out = append(out, w.t("rule."+key+".article")+w.t("ui.colon")+w.t("rule."+key+".text"))
		}
	}
	out = append(out, w.t("ui.review.rule")+w.t("ui.sentence.gap")+w.t("ui.review.rule.source"))
	item := w.item
	if w.snap.Case != nil {
		item = &w.snap.Case.Item
	}
	if item != nil {
		basis := item.Basis
		if w.bench.English && item.BasisEN != "" {
			basis = item.BasisEN
		}
		out = append(out, w.t("ui.item.basis")+w.t("ui.colon")+basis)
	}
	return out
}
