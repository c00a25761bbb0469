package ui

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"slices"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/ui/step"
)

var noon = time.Date(2026, 11, 23, 9, 42, 18, 0, time.Local)

// stages returns one snapshot for every stage, and the awkward ones.
func stages(items map[string]casework.ServiceItem, kinds step.Catalogue) map[string]desk.Snapshot {
	item := items["company"]
	all := map[string]desk.Snapshot{}
	idle := sampleBase(desk.StageIdle)
	all["idle"] = idle
	forged := idle
	forged.Ledger = desk.Light{State: desk.Good, Name: "http://10.0.0.3:26657", Reason: casework.WrongReceipt}
	all["idle-forged"] = forged
	unfinished := idle
	unfinished.Unfinished = sampleDay(item, items["family"])[1:2]
	unfinished.Problem = &desk.Problem{Kind: casework.LedgerStopped}
	unfinished.Ledger = desk.Light{State: desk.Failed}
	unfinished.Queue = casework.Queue{Waiting: 41, Oldest: noon.Add(-4*time.Hour - 12*time.Minute), Height: 20496}
	unfinished.Pad = desk.Light{State: desk.Waiting}
	unfinished.Camera = desk.Light{State: desk.Absent}
	all["idle-unfinished"] = unfinished

	authorize := sampleCase(desk.StageAuthorize, item, 1)
	authorize.Case.Digits = "40719"
	authorize.Case.Request = &desk.RequestView{Link: "https://phone.example.cn/r/k5Jq0dX2mN8vQ1hT7sRzYw3B", MatchWords: "海棠·17", Until: noon.Add(272 * time.Second), Status: protocol.RequestWaiting}
	all["authorize"] = authorize
	refused := sampleCase(desk.StageAuthorize, item, 1)
	refused.Case.Digits = "40719932"
	refused.Case.Request = &desk.RequestView{Link: authorize.Case.Request.Link, MatchWords: "海棠·17", Until: noon.Add(20 * time.Second), Status: protocol.RequestOpened}
	refused.Problem = &desk.Problem{Kind: casework.CodeUsed, Step: casework.Authorized, At: noon}
	all["authorize-refused"] = refused
	offline := sampleCase(desk.StageAuthorize, items["person"], 1)
	offline.Problem = &desk.Problem{Kind: casework.CentreUnreachable, Step: casework.Authorized, At: noon, Wait: 15 * time.Second}
	offline.Centre = desk.Light{State: desk.Waiting, Reason: casework.CentreUnreachable}
	all["authorize-offline"] = offline
	tap := sampleCase(desk.StageTap, item, 1)
	tap.Case.Request = refused.Case.Request
	all["tap"] = tap
	all["paper"] = sampleCase(desk.StagePaper, items["family"], 1)
	all["paper-entity"] = sampleCase(desk.StagePaper, item, 1)
	relative := sampleCase(desk.StageAuthorize, items["family"], 1)
	relative.Case.Request = authorize.Case.Request
	relative.Case.Acting = &casework.Acting{Role: casework.Relative, Name: "李小芳", Number: "11010519491231002X", For: casework.AsShown, Basis: casework.AsShown}
	all["authorize-acting"] = relative
	onPaper := sampleCase(desk.StageReview, items["family"], 2)
	filledOnPaper(&onPaper, items["family"], kinds)
	onPaper.Case.Acting = relative.Case.Acting
	all["review-paper"] = onPaper
	all["retrieve"] = sampleCase(desk.StageRetrieve, items["person"], 2)
	failed := sampleCase(desk.StageRetrieve, item, 2)
	failed.Problem = &desk.Problem{Kind: casework.IssuerSignature, Step: casework.Retrieved, At: noon}
	all["retrieve-failed"] = failed
	review := sampleCase(desk.StageReview, item, 3)
	filled(&review, item, kinds)
	all["review"] = review
	long := sampleCase(desk.StageReview, items["family"], 3)
	filledLong(&long, items["family"], kinds)
	all["review-long"] = long
	for i, stage := range []desk.Stage{desk.StageConfirm, desk.StageSign, desk.StageConsent, desk.StagePhoto, desk.StageSubmit} {
		s := sampleCase(stage, item, min(3+max(i, 0), 6))
		filled(&s, item, kinds)
		s.Case.Missing = nil
		s.Case.Pages, s.Case.Page = 2, 0
		s.Screen = casework.Picture{Image: samplePad()}
		if stage == desk.StageSign {
			s.Ink = sampleInk(s.PadIdentity)
		}
		if stage == desk.StageSubmit {
			s.Case.Photo = samplePhoto()
		}
		all[string(stage)] = s
	}
	crop := sampleCase(desk.StageCrop, items["company"], 5)
	filled(&crop, item, kinds)
	crop.Case.Missing, crop.Case.Still, crop.Case.Found = nil, samplePage(), true
	crop.Case.Corners = casework.Corners{{X: 402, Y: 80}, {X: 945, Y: 140}, {X: 868, Y: 884}, {X: 322, Y: 838}}
	all["crop"] = crop
	noPage := crop
	view := *crop.Case
	view.Found, view.Corners = false, casework.Corners{{}, {X: 1280}, {X: 1280, Y: 960}, {Y: 960}}
	noPage.Case, noPage.Problem = &view, &desk.Problem{Kind: casework.NoPage, Step: casework.Photographed, At: noon}
	all["crop-refused"] = noPage
	done := sampleCase(desk.StageDone, item, 7)
	filled(&done, item, kinds)
	done.Case.Missing = nil
	done.Clears = noon.Add(118 * time.Second)
	all["done"] = done
	ended := sampleCase(desk.StageEnded, item, 2)
	ended.Case.Ended = casework.CitizenLeft
	ended.Clears = noon.Add(90 * time.Second)
	all["ended"] = ended
	return all
}

func sampleBase(stage desk.Stage) desk.Snapshot {
	return desk.Snapshot{Revision: 1, Practice: true, Hall: "东城区政务服务大厅", Counter: "12", Clerk: "0317", Stage: stage, Today: 46,
		Queue:       casework.Queue{Height: 20481, OnChain: noon},
		Ledger:      desk.Light{State: desk.Good},
		Pad:         desk.Light{State: desk.Good, Name: "STU-540"},
		Camera:      desk.Light{State: desk.Good},
		Centre:      desk.Light{State: desk.Good},
		PadIdentity: casework.PadIdentity{Model: "STU-540", Serial: "5FZ00A", Firmware: "1.2.4", Transport: "emulator", Width: 800, Height: 480, MaxX: 10800, MaxY: 6480, MaxP: 1023, Rate: 200, Colour: true}}
}

// sampleCase returns a case in which the first n steps are done.
func sampleCase(stage desk.Stage, item casework.ServiceItem, n int) desk.Snapshot {
	s := sampleBase(stage)
	c := &desk.CaseView{ID: "0123456789abcdef0123456789abcdef", Number: "20261123-12-0047", Item: item, Opened: noon.Add(-71 * time.Second)}
	kinds := casework.StepKinds()[:7]
	for i, k := range kinds {
		r := desk.RailStep{Kind: k, State: desk.RailTodo, Optional: k == casework.Photographed}
		switch {
		case i < n:
			r.State, r.Time, r.Send, r.Height = desk.RailDone, noon.Add(time.Duration(i*9-71)*time.Second), casework.Committed, int64(20475+i)
			if i == n-1 && n > 1 {
				r.Send, r.Height, r.Queued = casework.Pending, 0, noon.Add(-2*time.Second)
				s.Queue.Waiting, s.Queue.Oldest = 1, r.Queued
			}
		case i == n:
			r.State = desk.RailNow
		}
		c.Rail = append(c.Rail, r)
	}
	if n > 1 {
		c.Method = casework.ByCode
	}
	s.Case = c
	for _, f := range item.Form {
		c.Form = append(c.Form, casework.FormValue{Field: f.Field, Label: f.Label})
	}
	return s
}

func filled(s *desk.Snapshot, item casework.ServiceItem, kinds step.Catalogue) {
	values := map[casework.FieldID]string{"name": "示例医药科技（北京）有限公司", "credit_code": "91350100M000100Y43", "legal_representative": "测试甲",
		"address": "北京市东城区示例街1号", "company_type": "有限责任公司（自然人独资）", "scope": "医疗器械销售；技术服务、技术开发、技术咨询"}
	fill(s, item, kinds, values, "北京市东城区市场监督管理局")
	s.Case.Acting = &casework.Acting{Role: casework.LegalRepresentative, Name: "测试甲", For: values["name"]}
}

func filledLong(s *desk.Snapshot, item casework.ServiceItem, kinds step.Catalogue) {
	fill(s, item, kinds, map[casework.FieldID]string{"name": "阿卜杜热合曼·买买提依明·图尔荪尼亚孜", "address": "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县示例镇幸福路社区第三居民小组人民西路1288号阳光花园小区（二期）15号楼3单元1702室",
		"id_number": "11010519491231002X", "sex": "男", "ethnicity": "维吾尔族", "birth_date": "1949年12月31日"}, "北京市公安局东城分局")
}

// filledOnPaper is a form that is being read off the originals.
func filledOnPaper(s *desk.Snapshot, item casework.ServiceItem, kinds step.Catalogue) {
	c := s.Case
	c.Method, c.Typed = casework.ByPaper, map[casework.FieldID]casework.Typed{}
	c.Rail = slices.Delete(c.Rail, 2, 3)
	c.Form = casework.FillPaper(item, func(kind casework.LicenceKind, field casework.FieldID) casework.Typed {
		info, _ := kinds.Kind(kind)
		f, _ := info.Find(field)
		return f.Typed
	})
	for _, f := range item.Form {
		if info, ok := kinds.Kind(f.Kind); ok {
			field, _ := info.Find(f.From)
			c.Typed[f.Field] = field.Typed
		}
	}
	c.Missing = casework.Unfilled(item, c.Form)
}

func fill(s *desk.Snapshot, item casework.ServiceItem, kinds step.Catalogue, values map[casework.FieldID]string, issuer string) {
	text := func(f casework.FieldID) string {
		if v, ok := values[f]; ok {
			return v
		}
		return "示例内容"
	}
	for _, n := range item.Needs {
		info, _ := kinds.Kind(n.Kind)
		l := desk.LicenceView{Kind: n.Kind, Name: info.Name, NameEN: info.NameEN, Issuer: issuer, Identifier: true, Until: noon.AddDate(9, 2, 0)}
		for _, f := range n.Fields {
			field, _ := info.Find(f)
			l.Fields = append(l.Fields, desk.FieldView{Field: f, Name: field.Name, NameEN: field.NameEN, Value: text(f)})
		}
		s.Case.Licences = append(s.Case.Licences, l)
	}
	s.Case.Missing = nil
	for i, f := range item.Form {
		if f.Kind != "" {
			s.Case.Form[i].Value, s.Case.Form[i].Source = text(f.From), f.Kind
		} else if f.Required {
			s.Case.Missing = append(s.Case.Missing, f.Field)
		}
	}
}

func sampleDay(item, family casework.ServiceItem) []casework.CaseRecord {
	var list []casework.CaseRecord
	for i, state := range []casework.State{casework.StateSubmitted, casework.StateRetrieved, casework.StateAbandoned, casework.StateSubmitted} {
		r := casework.CaseRecord{ID: casework.CaseID(string(rune('a'+i)) + "123456789abcdef0123456789abcdef"), Number: casework.CaseNumber("20261123-12-004" + string(rune('6'-i))),
			Item: item.Code, Opened: noon.Add(-time.Duration(i+1) * 11 * time.Minute), Standing: casework.Standing{State: state, Seq: 3}}
		for n, k := range []casework.StepKind{casework.Opened, casework.Authorized, casework.Retrieved} {
			r.Steps = append(r.Steps, casework.StepRecord{Kind: k, Seq: n + 1, Time: r.Opened.Add(time.Duration(n*20) * time.Second), Send: casework.Committed,
				Height: int64(20400 + 3*i + n), OnChain: r.Opened.Add(time.Duration(n*20+1) * time.Second), Digest: casework.Digest{byte(i), byte(n), 0x5c, 0xa1}})
		}
		if i == 0 { // a relative with the citizen's code
			r.Item, r.Steps[1].Body = family.Code, casework.Body{Method: casework.ByCode, Acting: casework.Commitment{1}}
		}
		if i == 1 { // somebody acts for a company
			r.Steps[1].Body.Acting = casework.Commitment{1}
		}
		if i == 3 { // on paper
			r.Standing.Paper, r.Steps[1].Body.Method = true, casework.ByPaper
			r.Steps[2].Kind = casework.Confirmed
		}
		if i == 3 {
			r.Steps[2].Send, r.Steps[2].Height, r.Steps[2].OnChain = casework.Pending, 0, time.Time{}
		}
		list = append(list, r)
	}
	return list
}

func samplePad() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 800, 480))
	for y := range 480 {
		for x := range 800 {
			c := color.RGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}
			if y < 56 {
				c = color.RGBA{R: 0x14, G: 0x57, B: 0xc8, A: 0xff}
			}
			if y == 380 && x > 60 && x < 740 {
				c = color.RGBA{R: 0x8a, G: 0x95, B: 0xa5, A: 0xff}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func samplePhoto() []byte {
	var buf bytes.Buffer
	_ = jpeg.Encode(&buf, samplePad().SubImage(image.Rect(0, 0, 640, 480)), nil)
	return buf.Bytes()
}

func sampleInk(pad casework.PadIdentity) []casework.PenSample {
	var ink []casework.PenSample
	for i := range 160 {
		t := float64(i) / 160
		ink = append(ink, casework.PenSample{X: int((0.15 + 0.7*t) * float64(pad.MaxX)), Y: int((0.6 + 0.14*math.Sin(t*22)) * float64(pad.MaxY)),
			Pressure: int(400 + 400*math.Sin(t*9)), Near: true, Down: i%53 > 2, Seq: i})
	}
	return ink
}

// samplePage is a page on a desk, as a camera for pages shows it.
func samplePage() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 1280, 960))
	for y := range 960 {
		for x := range 1280 {
			u, v := float64(x-630)*0.99+float64(y-480)*0.1, float64(y-480)*0.99-float64(x-630)*0.1
			c := color.RGBA{0x6e, 0x52, 0x3a, 0xff}
			if math.Abs(u) < 272 && math.Abs(v) < 372 {
				c = color.RGBA{0xf6, 0xf4, 0xee, 0xff}
				if int(v+372)%26 < 8 && math.Abs(u) < 220 && math.Abs(v) < 320 {
					c = color.RGBA{0x50, 0x54, 0x5c, 0xff}
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	_ = jpeg.Encode(&out, img, nil)
	return out.Bytes()
}
