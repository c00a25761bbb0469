package citizen

import (
	"fmt"
	"image"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/assets"
)

const sampleLink = "https://10.20.30.40:8443/a?t=eyJrIjoiYTFiMmMzZDRlNWY2Iiwia2V5IjoiMSJ9.4f0c2d9a7b1e5836afc0d1e2b3948576a7b8c9d0e1f2"

// sample is a screen with a name that says what it shows.
type sample struct {
	name   string
	screen casework.CitizenScreen
}

func samples(lang string, practice bool) []sample {
	zh := lang == "zh-CN"
	pick := func(a, b string) string {
		if zh {
			return a
		}
		return b
	}
	base := casework.CitizenScreen{Language: lang, Practice: practice, Hall: pick("东城区政务服务大厅", "Dongcheng District Service Hall"), Counter: "12",
		Item: pick("医疗器械网络销售备案", "Filing of online sales of medical devices")}
	with := func(kind casework.ScreenKind, change func(*casework.CitizenScreen)) casework.CitizenScreen {
		s := base
		s.Kind = kind
		if change != nil {
			change(&s)
		}
		return s
	}
	qr := func(s *casework.CitizenScreen) {
		s.Uses = []string{pick("营业执照", "Business licence"), pick("居民身份证", "Resident identity card")}
		s.Own = []string{pick("相片", "Portrait")}
		s.Link, s.MatchWords, s.Left = sampleLink, pick("海棠·17", "crab apple · 17"), 272*time.Second
	}
	return []sample{
		{"idle", with(casework.ScreenIdle, nil)},
		{"qr", with(casework.ScreenQR, qr)},
		{"qr-seen", with(casework.ScreenQR, func(s *casework.CitizenScreen) { qr(s); s.Seen = true })},
		{"wait", with(casework.ScreenWait, nil)},
		{"wait-originals", with(casework.ScreenWait, func(s *casework.CitizenScreen) { s.Originals = true })},
		{"confirm-paper", with(casework.ScreenConfirm, func(s *casework.CitizenScreen) {
			s.Form, s.Acting = paperForm(zh), &casework.Acting{Role: casework.Entrusted, Name: casework.AsShown, For: casework.AsShown}
		})},
		{"confirm", with(casework.ScreenConfirm, func(s *casework.CitizenScreen) { s.Form = shortForm(zh) })},
		{"confirm-acting", with(casework.ScreenConfirm, func(s *casework.CitizenScreen) {
			s.Form, s.Acting = shortForm(zh), &casework.Acting{Role: casework.Entrusted, Name: "方明慧", For: "北京朗方医疗科技有限公司"}
		})},
		{"confirm-long", with(casework.ScreenConfirm, func(s *casework.CitizenScreen) { s.Form = longForm(zh) })},
		{"confirm-last", with(casework.ScreenConfirm, func(s *casework.CitizenScreen) { s.Form, s.Page = longForm(zh), 1 })},
		{"sign", with(casework.ScreenSign, func(s *casework.CitizenScreen) { s.Form = shortForm(zh) })},
		{"sign-again", with(casework.ScreenSign, func(s *casework.CitizenScreen) { s.Form, s.Problem = shortForm(zh), casework.InkTooLittle })},
		{"photo", with(casework.ScreenPhoto, func(s *casework.CitizenScreen) { s.Keep = 90 })},
		{"photo-document", with(casework.ScreenPhoto, func(s *casework.CitizenScreen) { s.Keep, s.PhotoOf = 90, casework.OfDocument })},
		{"photo-required", with(casework.ScreenPhoto, func(s *casework.CitizenScreen) { s.Keep, s.Required = 90, true })},
		{"done", with(casework.ScreenDone, func(s *casework.CitizenScreen) { s.Link, s.Number = sampleLink, "20261123-12-0047" })},
		{"done-paper", with(casework.ScreenDone, func(s *casework.CitizenScreen) {
			s.Link, s.Number, s.Originals = sampleLink, "20261123-12-0047", true
		})},
		{"done-no-link", with(casework.ScreenDone, func(s *casework.CitizenScreen) { s.Number = "20261123-12-0047" })},
		{"trial", with(casework.ScreenTrial, nil)},
		{"sorry", with(casework.ScreenSorry, func(s *casework.CitizenScreen) { s.Problem = casework.Declined })},
	}
}

func shortForm(zh bool) []casework.FormValue {
	if !zh {
		return []casework.FormValue{{Label: "Name of company", Value: "北京朗方医疗科技有限公司"}, {Label: "Unified social credit code", Value: "91350100M000100Y43"},
			{Label: "Legal representative", Value: "陈㛃"}, {Label: "Kind of business", Value: "Own website"}, {Label: "Established", Value: "2015-06-01"}}
	}
	return []casework.FormValue{{Label: "企业名称", Value: "北京朗方医疗科技有限公司"}, {Label: "统一社会信用代码", Value: "91350100M000100Y43"},
		{Label: "法定代表人", Value: "朱镕堃"}, {Label: "网络销售类型", Value: "自建网站"}, {Label: "成立日期", Value: "2015年6月1日"}}
}

// paperForm is shortForm as it was read off paper originals.
func paperForm(zh bool) []casework.FormValue {
	form := shortForm(zh)
	for i := range form {
		form[i].Paper = i != 3
		if i == 0 || i == 2 {
			form[i].Value = casework.AsShown
		}
	}
	return form
}

func longForm(zh bool) []casework.FormValue {
	form := shortForm(zh)
	scope := "技术开发、技术咨询、技术服务；销售（含网上销售）医疗器械Ⅱ类、Ⅲ类，化妆品，日用品，电子产品（不含电子游戏机）；软件开发（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体以www.example.gov.cn公示为准）。"
	form = append(form, casework.FormValue{Label: "经营范围", Value: scope}, casework.FormValue{Label: "住所", Value: "北京市东城区东直门外大街甲42号院3号楼B座1107-1109室（东二环）"})
	for i := range 5 {
		form = append(form, casework.FormValue{Label: fmt.Sprintf("备注%d", i+1), Value: ""})
	}
	return form
}

func sizes() []image.Point { return []image.Point{{800, 480}, {320, 200}, {640, 480}, {1024, 600}} }

func drawer(t testing.TB) *Drawer {
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	d, err := New(assets.Regular(), assets.Bold(), func(lang, key string, args ...any) string {
		if _, ok := texts.Find(lang, key); !ok {
			t.Errorf("no text %s in %s", key, lang)
		}
		return texts.T(lang, key, args...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
