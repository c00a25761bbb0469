package devices

import (
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"counterfoil/app/desk"
	"counterfoil/ui/kit"
)

// light returns the light of a device.
func (p *Page) light(of desk.Tried) desk.Light {
	switch of {
	case desk.TryPad:
		return p.snap.Pad
	case desk.TryCamera:
		return p.snap.Camera
	case desk.TryDocument:
		return p.snap.Document
	}
	if l := p.snap.Scanner; !p.b.Typing || l.State != desk.Absent && l.State != desk.Unknown {
		return l
	}
	return desk.Light{State: desk.Good}
}

// signature is everything that the cards show, so that they are drawn anew only
// when that changes.
func (p *Page) signature() string {
	s := p.snap
	return fmt.Sprint(s.Pad, s.Camera, s.Document, s.Scanner, s.PadIdentity, s.CameraModes, s.DocumentModes, s.Trial == nil, s.Case == nil, p.tried(), p.b.Monitors())
}

func (p *Page) tried() desk.Tried {
	if p.snap.Trial == nil {
		return ""
	}
	return p.snap.Trial.Of
}

func (p *Page) cards() fyne.CanvasObject {
	var all []fyne.CanvasObject
	for i, of := range p.order() {
		all = append(all, p.card(i, of))
	}
	return kit.Column(14, all...)
}

func (p *Page) card(i int, of desk.Tried) fyne.CanvasObject {
	l := p.light(of)
	lamp := kit.NewLight()
	color, words := p.b.Light(l, "ui."+string(of))
	if of == desk.TryScanner && p.b.Typing && l.Name == "" {
		words = p.b.T("ui.scanner.window")
	}
	lamp.Set(color, words)
	body := []fyne.CanvasObject{lamp.Object}
	for _, fact := range p.facts(of) {
		body = append(body, kit.Note(fact, kit.Ink2))
	}
	if of == desk.TryPad {
		for _, line := range p.b.Monitors() {
			body = append(body, kit.Note(line, kit.Ink2))
		}
	}
	for _, advice := range p.advice(l) {
		body = append(body, kit.Note(advice, kit.Ink))
	}
	if l.Detail != "" {
		body = append(body, kit.Note(l.Detail, kit.Ink2))
	}
	if ruleIn(l.Detail) != "" {
		body = append(body, kit.Row(0, kit.NewButton(kit.SecondaryButton, p.b.T("ui.devices.copy"), "F5", p.copyRule), kit.Space()))
	}
	mark := kit.Row(8, kit.KeyCap(strconv.Itoa(i+1)))
	if p.tried() == of {
		mark = kit.Row(8, kit.Badge(p.b.T("ui.devices.testing"), kit.Primary, kit.PrimarySoft), kit.KeyCap(strconv.Itoa(i+1)))
	}
	return kit.NewTap(kit.Card(p.b.T("ui."+string(of)), mark, body...), func() { p.try(of) })
}

// facts is what a device says of itself.
func (p *Page) facts(of desk.Tried) []string {
	pad, t := p.snap.PadIdentity, p.b.T
	switch {
	case of == desk.TryPad && pad.Model != "":
		colour := "ui.devices.grey"
		if pad.Colour {
			colour = "ui.devices.colour"
		}
		return []string{
			t("ui.devices.identity", pad.Model, pad.Serial, pad.Firmware, pad.Transport),
			t("ui.devices.display", pad.Width, pad.Height, t(colour)),
			t("ui.devices.pen", pad.MaxX+1, pad.MaxY+1, pad.MaxP+1, pad.Rate),
			p.way(pad.Encryption),
		}
	case of == desk.TryDocument && len(p.snap.DocumentModes) > 0:
		return []string{t("ui.devices.modes", strings.Join(p.snap.DocumentModes, t("ui.comma")))}
	case of == desk.TryCamera && len(p.snap.CameraModes) > 0:
		return []string{t("ui.devices.modes", strings.Join(p.snap.CameraModes, t("ui.comma")))}
	}
	return nil
}

// way says how pen data come.
func (p *Page) way(encryption string) string {
	if encryption == "" {
		return p.b.T("ui.devices.clear")
	}
	return p.b.T("ui.devices.encrypted", strings.ToUpper(strings.ReplaceAll(encryption, "+", p.b.T("ui.comma"))))
}

// advice says why a device is not ready and what to do.
func (p *Page) advice(l desk.Light) []string {
	if l.Reason == "" || l.State == desk.Good {
		return nil
	}
	key := "refusal." + string(l.Reason)
	return []string{p.b.T(key + ".what"), p.b.T(key + ".do")}
}

// ruleIn returns the udev rule that stands at the end of a device's detail: a line
// that can be put into a file as it is.
func ruleIn(detail string) string {
	if i := strings.Index(detail, "SUBSYSTEM=="); i >= 0 {
		return detail[i:]
	}
	return ""
}
