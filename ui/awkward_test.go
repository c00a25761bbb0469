package ui

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/desk"
	"counterfoil/ui/step"
)

// awkward returns what makes screens burst: long names, many rows, everything
// failing at once.
func awkward(items map[string]casework.ServiceItem, kinds step.Catalogue) map[string]desk.Snapshot {
	all := map[string]desk.Snapshot{}
	item := items["company"]
	broken := func(s desk.Snapshot) desk.Snapshot {
		s.Ledger = desk.Light{State: desk.Failed}
		s.Queue = casework.Queue{Waiting: 1284, Oldest: noon.Add(-27*time.Hour - 48*time.Minute), Height: 12204961}
		s.Pad, s.Camera, s.Centre = desk.Light{State: desk.Failed, Name: "STU-540"}, desk.Light{State: desk.Failed, Name: "HD Pro Webcam"}, desk.Light{State: desk.Failed}
		return s
	}
	many := broken(sampleBase(desk.StageIdle))
	many.Problem = &desk.Problem{Kind: casework.LedgerStopped}
	for i := range 20 {
		r := sampleDay(item, items["family"])[1]
		r.ID, r.Number = casework.CaseID(fmt.Sprintf("%032x", i)), casework.CaseNumber(fmt.Sprintf("20261123-12-%04d", 60-i))
		many.Unfinished = append(many.Unfinished, r)
	}
	all["idle-twenty"] = many
	refused := sampleBase(desk.StageIdle)
	refused.Queue = casework.Queue{Waiting: 3, Refused: 2, Oldest: noon.Add(-3 * time.Minute), Height: 20481}
	refused.Pad, refused.Camera, refused.Centre = desk.Light{State: desk.Waiting}, desk.Light{State: desk.Waiting}, desk.Light{State: desk.Waiting}
	all["idle-refused"] = refused

	for name, reason := range map[string]casework.RefusalKind{"forged": casework.WrongReceipt, "forked": casework.LedgerForked, "foreign": casework.WrongChain} {
		liar := sampleBase(desk.StageIdle)
		liar.Ledger = desk.Light{State: desk.Good, Name: "https://ledger.shunyi.example.gov.cn:26657", Reason: reason}
		liar.Pad, liar.Camera, liar.Centre = desk.Light{State: desk.Waiting}, desk.Light{State: desk.Waiting}, desk.Light{State: desk.Waiting}
		all["idle-liar-"+name] = liar
		waiting := liar
		waiting.Queue = casework.Queue{Waiting: 41, Oldest: noon.Add(-4*time.Hour - 12*time.Minute), Height: 20496}
		all["idle-liar-"+name+"-waiting"] = waiting
		failed := waiting
		failed.Ledger.State = desk.Failed
		all["idle-liar-"+name+"-alone"] = failed
	}

	company := broken(sampleCase(desk.StageReview, item, 3))
	fill(&company, item, kinds, map[casework.FieldID]string{"name": strings.Repeat("北京示例医药科技发展集团", 5) + "有限公司", "legal_representative": "阿卜杜热合曼·买买提依明·图尔荪尼亚孜",
		"credit_code": "91350100M000100Y43", "scope": strings.Repeat("医疗器械销售；技术服务、技术开发、技术咨询；", 14)}, "北京经济技术开发区行政审批局（市场监督管理分局）")
	all["review-company"] = company
	foreign := sampleCase(desk.StageReview, item, 3)
	fill(&foreign, item, kinds, map[casework.FieldID]string{"name": "Example International Medical Technology and Services Holding (Beijing) Company Limited",
		"legal_representative": "Wolfeschlegelsteinhausenbergerdorff-Alexanderson", "credit_code": "91350100M000100Y43", "address": "1 Example Street"}, "北京市东城区市场监督管理局")
	foreign.Case.Missing = nil
	foreign.Problem = &desk.Problem{Kind: casework.PadMissing, Step: casework.Confirmed, At: noon}
	foreign.Pad = desk.Light{State: desk.Failed}
	all["review-padless"] = foreign
	for _, stage := range []desk.Stage{desk.StageConfirm, desk.StageSign, desk.StageConsent} {
		s := broken(sampleCase(stage, item, 4))
		filled(&s, item, kinds)
		s.Case.Missing, s.Case.Pages = nil, 12
		s.Screen = casework.Picture{Image: samplePad()}
		s.Problem = &desk.Problem{Kind: casework.PadMissing, Step: casework.Confirmed, At: noon}
		all[string(stage)+"-padless"] = s
	}
	required := item
	required.Demands.Photo = casework.PhotoRequired
	photo := sampleCase(desk.StagePhoto, required, 6)
	filled(&photo, required, kinds)
	photo.Camera = desk.Light{State: desk.Absent}
	photo.Problem = &desk.Problem{Kind: casework.CameraMissing, Step: casework.Photographed, At: noon}
	all["photo-required"] = photo
	blurred := sampleCase(desk.StagePhoto, item, 6)
	filled(&blurred, item, kinds)
	blurred.Picture = []casework.PictureWarning{casework.PictureBlurred}
	all["photo-blurred"] = blurred
	submit := broken(sampleCase(desk.StageSubmit, item, 6))
	filled(&submit, item, kinds)
	submit.Problem = &desk.Problem{Kind: casework.JournalFull, Step: casework.Submitted, At: noon}
	for i := range submit.Case.Rail[:6] {
		r := &submit.Case.Rail[i]
		r.Send, r.Height, r.Queued = casework.Pending, 0, noon.Add(-27*time.Hour)
	}
	submit.Case.Rail[5].Skipped, submit.Case.SkipPhoto = true, casework.SkipReasons()[0]
	submit.Case.Rail[2].Send = casework.Refused
	all["submit-waiting"] = submit
	done := submit
	done.Stage, done.Problem, done.Clears = desk.StageDone, nil, noon.Add(30*time.Second)
	all["done-waiting"] = done
	revoked := sampleCase(desk.StageEnded, item, 4)
	revoked.Case.Ended, revoked.Case.Revoked, revoked.Clears = casework.GrantRevoked, true, noon.Add(100*time.Second)
	all["ended-revoked"] = revoked
	tries := sampleCase(desk.StageAuthorize, item, 1)
	tries.Case.Digits = "40719932"
	tries.Problem = &desk.Problem{Kind: casework.TriesExhausted, Step: casework.Authorized, At: noon, Wait: 14*time.Minute + 30*time.Second}
	all["authorize-locked"] = broken(tries)
	return all
}

// dayOf returns a day's records, n of them.
func dayOf(item, family casework.ServiceItem, n int) []casework.CaseRecord {
	var list []casework.CaseRecord
	for i := range n {
		r := sampleDay(item, family)[i%4]
		r.ID, r.Number = casework.CaseID(fmt.Sprintf("%032x", i)), casework.CaseNumber(fmt.Sprintf("20261123-12-%04d", n-i))
		list = append(list, r)
	}
	return list
}

// everything returns the ordinary snapshots and the awkward ones.
func everything(items map[string]casework.ServiceItem, kinds step.Catalogue) map[string]desk.Snapshot {
	all := stages(items, kinds)
	maps.Copy(all, awkward(items, kinds))
	maps.Copy(all, whoStages(items))
	return all
}
