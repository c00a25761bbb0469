package phone_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterfoil/app/casework"
	"counterfoil/app/centre/phone"
	"counterfoil/app/protocol"
)

// words chooses between what is said in Chinese and in English.
type words func(zh, en string) string

func TestThePageInARealBrowser(t *testing.T) {
	browser := browser(t)
	for name, flow := range map[string]func(*testing.T, *hand, *centre, words){
		"a citizen makes a code and sees it used":        makesACode,
		"a code for any hall is confirmed on the phone":  confirmsATap,
		"a code outlives the centre, its digits do not":  losesItsDigits,
		"a citizen scans, agrees and unbinds":            agreesAndUnbinds,
		"a citizen refuses and reports":                  refusesAndReports,
		"a citizen looks through the records":            looksThroughTheRecords,
		"a citizen is asked a yes or a no":               isAskedYesOrNo,
		"every bad link has its own clear page":          opensBadLinks,
		"the network breaks while a citizen agrees":      agreesWithoutNetwork,
		"the script fails":                               seesTheScriptFail,
		"a stranger opens the receipt of the pad":        opensTheReceipt,
		"a stranger opens a receipt of SM2 and SM3":      opensAReceiptOfSuite2,
		"a lying server is caught and said":              catchesALyingServer,
		"the language is switched on the page and kept":  switchesLanguage,
		"dark, large text and long names":                looksInTheDark,
		"a sensitive field that is needed is asked for":  needsASensitiveField,
		"a citizen acts for one of two companies":        actsForACompany,
		"an entrustment that has lapsed can only refuse": isNoLongerEntrusted,
	} {
		for _, lang := range []string{"zh-CN", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				c := newCentre(t, knownReceipt)
				flow(t, browse(t, browser, c, lang), c, func(zh, en string) string {
					if lang == "en" {
						return en
					}
					return zh
				})
			})
		}
	}
	t.Run("it judges altered proofs as the verifier does", func(t *testing.T) {
		t.Parallel()
		c := newCentre(t, knownReceipt)
		judgesAsTheVerifierDoes(t, browse(t, browser, c, "zh-CN"), c)
	})
}

func makesACode(t *testing.T, h *hand, c *centre, words words) {
	h.open("/")
	h.read(words("选择持证人", "Choose a holder"))
	h.picture("holders")
	h.tap(`[data-holder="chen-zhiyuan"]`)
	h.write("#pin", "000000"+kb.Enter)
	h.read(words("密码不正确", "The password is wrong"))
	h.picture("pin")
	if said := see(h, chromedp.Evaluate[string](`document.querySelector("dialog .wrong").textContent`)); strings.Contains(said, "。 ") {
		t.Errorf("a space stands between two Chinese sentences: %q", said)
	}
	h.pin()
	h.read(words("我的证照", "My licences"))
	h.picture("home")
	h.tap(`a[href="/#code"]`)
	h.write("#item", "ylqx")
	h.do(chromedp.WaitVisible(`[data-typed="ylqx"] [data-item="SAMPLE-0001"]`))
	h.picture("code-choose")
	h.tap(`[data-item="SAMPLE-0001"]`)
	h.tap("#make")
	h.pin()
	digits := h.digits()
	h.read(words("请向窗口人员说出", "Tell the clerk"))
	h.picture("code")
	if got := h.scanned(); got != digits {
		t.Errorf("the scanner reads %q off the phone, not the code", got)
	}
	if _, _, err := c.redeem(digits, "SAMPLE-0001"); err != nil {
		t.Fatal(err)
	}
	h.read(words("验证码已使用", "The code was used"))
	h.picture("code-used")
}

// losesItsDigits is a centre that is started again while a code lives.
func losesItsDigits(t *testing.T, h *hand, c *centre, words words) {
	phone := c.signedIn("chen-zhiyuan")
	phone.call("POST", protocol.PathCodes, protocol.MakeCode{Kinds: []casework.LicenceKind{"business-licence"}, Hall: "dongcheng", PIN: pin, Entity: "example-medical"}, nil)
	c.start()
	h.open("/")
	h.signIn("chen-zhiyuan")
	h.open("/#code")
	h.read(words("无法再次显示", "can't be shown again"))
	h.picture("code-hidden")
	h.choose("#whom", "example-medical")
	h.tap("#make")
	h.pin()
	if _, _, err := c.redeem(h.digits(), "SAMPLE-0001"); err != nil {
		t.Fatal(err)
	}
	h.read(words("验证码已使用", "The code was used"))
}

func confirmsATap(t *testing.T, h *hand, c *centre, words words) {
	c.clock.pass(time.Hour) // the phone's own clock is wrong by an hour
	h.open("/")
	h.signIn("chen-zhiyuan")
	h.open("/#code")
	h.choose("#hall", "")
	h.choose("#whom", "example-medical")
	h.tap("#make")
	h.pin()
	digits := h.digits()
	_, state, err := c.redeem(digits, "SAMPLE-0001")
	if err != nil || state == nil {
		t.Fatal("no tap", err)
	}
	h.read(state.MatchWords)
	h.tap("#agree")
	h.pin()
	h.read(words("已同意", "Agreed"))
}

func agreesAndUnbinds(t *testing.T, h *hand, c *centre, words words) {
	c.clock.pass(-time.Hour)
	request, token := c.ask("SAMPLE-0001")
	h.open("/r/" + token) // as the phone's camera opens it: not signed in
	h.read(words("请先登录", "Sign in first"))
	h.signIn("chen-zhiyuan")
	h.read(request.MatchWords)
	h.read(words("统一社会信用代码", "Unified social credit code"))
	h.picture("consent")
	if got := c.statusOf(request); got != protocol.RequestOpened {
		t.Errorf("the counter sees %q", got)
	}
	h.tap("#agree")
	h.do(chromedp.WaitVisible("#pin"))
	h.picture("consent-pin")
	h.pin()
	h.read(words("已同意", "Agreed"))
	h.picture("agreed")
	if got := c.statusOf(request); got != protocol.RequestAnswered {
		t.Errorf("the counter sees %q", got)
	}
	h.open("/r/" + token)
	h.read(words("请求已答复", "Already answered"))
	h.picture("answered")
	h.tap("#start-over")
	c.ended.Store(true)
	h.tap(`a[href="/#records"]`)
	h.read(words("已上链", "On the ledger"))
	h.picture("records")
	c.away.Store(true)
	h.open("/#home")
	h.open("/#records")
	h.read(words("链暂时连接不上", "can't be reached"))
	h.picture("records-ledger-away")
	c.away.Store(false)
	c.ended.Store(false)
	h.tap("[data-unbind]")
	h.read(words("确定解绑", "Unbind this"))
	h.picture("unbind")
	h.tap("dialog .danger")
	h.do(chromedp.WaitVisible(`[data-what="revoked"]`), chromedp.WaitNotPresent("[data-unbind]"))
	h.picture("unbound")
	h.tap("#sign-out")
	h.read(words("选择持证人", "Choose a holder"))
}

func refusesAndReports(t *testing.T, h *hand, c *centre, words words) {
	h.open("/")
	h.signIn("sun-yutong")
	request, token := c.ask("SAMPLE-0003")
	h.open("/#scan")
	h.do(chromedp.WaitVisible("#link"))
	h.picture("scan")
	h.write("#link", c.url+"/r/"+token+kb.Enter)
	h.read(request.MatchWords)
	h.picture("consent-many")
	h.tap("#refuse")
	h.read(words("已拒绝", "Refused"))
	h.picture("refused")
	if got := c.statusOf(request); got != protocol.RequestDeclined {
		t.Errorf("the counter sees %q", got)
	}
	request, token = c.ask("SAMPLE-0001")
	h.open("/r/" + token)
	h.read(words("只能拒绝", "only refuse"))
	h.picture("missing")
	if h.says(words("同意并验证身份", "Agree and confirm")) {
		t.Error("agreeing is offered without the licence")
	}
	h.tap("#report")
	h.tap("dialog .danger")
	h.read(words("已拒绝并举报", "Refused and reported"))
	if got := c.statusOf(request); got != protocol.RequestDeclined {
		t.Errorf("the counter sees %q", got)
	}
}

func isAskedYesOrNo(t *testing.T, h *hand, c *centre, words words) {
	request, token := c.ask("SAMPLE-0039")
	h.open("/r/" + token)
	h.signIn("wang-xiulan")
	h.read(words("只答是或否", "answered yes or no"))
	h.evenHanded()
	h.picture("consent-questions")
	if see(h, chromedp.Evaluate[bool](`document.querySelector("#own input").checked`)) {
		t.Error("the portrait is agreed to before anybody did")
	}
	h.tap("#own label")
	h.do(chromedp.WaitVisible("#own input:checked"))
	h.picture("consent-own")
	h.tap("#agree")
	h.pin()
	h.read(words("已同意", "Agreed"))
	h.tap("#start-over")
	h.tap(`[data-uses="driving-licence"] summary`)
	h.read(words("网络预约出租汽车驾驶员证核发", "Licence of a ride-hailing driver"))
	h.tap(`[data-uses="marriage-certificate"] summary`)
	h.read(words("还没有用过", "Not used yet"))
	h.picture("licence-uses")
	if fields := c.retrieved(request)["id-card"]; !slices.Contains(fields, "portrait") {
		t.Errorf("the portrait that was agreed to is not given: %v", fields)
	}
}

// narrow makes the phone as small as they come.
func (h *hand) narrow() {
	h.t.Helper()
	h.wide = 320
	h.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateScale(2), chromedp.EmulateMobile))
}

func needsASensitiveField(t *testing.T, h *hand, c *centre, words words) {
	h.narrow()
	request, token := c.ask("SAMPLE-9001")
	h.open("/r/" + token)
	h.signIn("wang-xiulan")
	h.read(words("不同意则不能在线办理", "can't be served online"))
	h.tap("#agree") // not ticked
	h.read(words("需要您单独同意", "needs your own consent"))
	h.picture("own-needed-320")
	if got := c.statusOf(request); got != protocol.RequestOpened {
		t.Errorf("without the tick the request is %q", got)
	}
	h.tap("#own label")
	h.do(chromedp.WaitVisible("#own input:checked"))
	h.tap("#agree")
	h.pin()
	h.read(words("已同意", "Agreed"))
	if fields := c.retrieved(request)["id-card"]; !slices.Contains(fields, "portrait") {
		t.Errorf("the portrait that was agreed to is not given: %v", fields)
	}
}

func actsForACompany(t *testing.T, h *hand, c *centre, words words) {
	h.narrow()
	request, token := c.ask("SAMPLE-0001")
	h.open("/r/" + token)
	h.signIn("fang-minghui")
	h.read(words("您以谁的身份同意", "For whom do you agree"))
	if see(h, chromedp.Evaluate[bool](`document.querySelector("#as input:checked") !== null`)) {
		t.Error("a company is chosen before anybody chose")
	}
	h.tap("#agree")
	h.read(words("请先选择您代表哪个单位", "First choose the entity"))
	h.picture("acting-choose-320")
	h.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#as label:nth-of-type(2)").scrollIntoView({ block: "start" })`))
	h.tap(`#as label:nth-of-type(2)`)
	h.do(chromedp.WaitVisible(`#as input[value="example-instruments"]:checked`))
	h.tap("#agree")
	h.pin()
	h.read(words("已同意", "Agreed"))
	state, err := c.auth.Follow(t.Context(), c.counter, request.ID, "", 0)
	if err != nil || state.Grant == nil || state.Grant.Acting == nil || state.Grant.Acting.Role != casework.LegalRepresentative {
		t.Errorf("the counter gets %+v, %v", state.Grant, err)
	}
	h.open("/#records")
	h.read(words("您以 示例器械贸易（北京）有限公司 法定代表人 的身份", "You act as the legal representative of 示例器械贸易（北京）有限公司"))
	h.picture("acting-records-320")
	h.open("/")
	h.read("示例医药科技（北京）有限公司")
	h.picture("acting-home-320")
	h.tap(`#of-example-instruments [data-uses="business-licence"] summary`)
	h.read(words("医疗器械网络销售备案", "Filing of online sales of medical devices"))
	h.tap(`#of-example-medical [data-uses="business-licence"] summary`)
	h.read(words("还没有用过", "Not used yet"))
	h.open("/#code")
	h.choose("#whom", "example-medical")
	h.read(words("营业执照", "Business licence"))
	h.picture("acting-code-320")
}

func isNoLongerEntrusted(t *testing.T, h *hand, c *centre, words words) {
	h.narrow()
	_, token := c.ask("SAMPLE-0001")
	h.open("/r/" + token)
	h.signIn("tang-wei")
	h.read(words("委托已于 2025-12-31 到期", "lapsed on 2025-12-31"))
	h.read(words("您现在不能代表任何单位", "You act for no entity now"))
	h.picture("acting-lapsed-320")
	if see(h, chromedp.Evaluate[bool](`document.getElementById("agree") !== null`)) {
		t.Error("it can be agreed to")
	}
	h.tap("#refuse")
	h.read(words("已拒绝", "Refused"))
}

func opensBadLinks(t *testing.T, h *hand, c *centre, words words) {
	h.open("/")
	h.signIn("chen-zhiyuan")
	request, token := c.ask("SAMPLE-0001")
	h.open("/r/" + token[:len(token)-4] + "AAAA")
	h.read(words("链接不完整或被改动", "incomplete or was changed"))
	h.picture("altered")
	h.tap("#start-over")
	h.read(words("我的证照", "My licences"))
	h.tap(`a[href="/#scan"]`)
	h.write("#link", "https://elsewhere.example/r/"+token+kb.Enter)
	h.read(words("不是本中心的链接", "Not a link of this centre"))
	h.open("/r/" + token)
	h.read(request.MatchWords)
	if err := c.auth.Withdraw(t.Context(), c.counter, request.ID); err != nil {
		t.Fatal(err)
	}
	h.read(words("请求已撤回", "The request was withdrawn"))
	_, token = c.ask("SAMPLE-0001")
	c.clock.pass(6 * time.Minute)
	h.open("/r/" + token)
	h.read(words("请求已过期", "The request has expired"))
	h.open("/v/nothing")
	h.read(words("这里没有这张凭证", "This receipt is not known here"))
	h.picture("receipt-unknown")
	h.open("/v/" + string(c.book.id)) // the holder of the grant needs no salt: knownReceipt knows the holder
	h.read(words("按中心的授权记录", "By the centre's own record"))
	h.read(words("医疗器械", "medical devices"))
	h.picture("receipt-holder")
	h.tap("#sign-out")
	h.open("/v/" + string(c.book.id)) // a stranger without it learns what stands on the ledger
	h.read(words("链接里没有“#”", "The link lacks what stands behind"))
	if h.says(words("医疗器械", "medical devices")) {
		t.Error("a stranger reads the item")
	}
}

// agreesWithoutNetwork loses the answer, then the word that the next one arrived.
// The citizen is told what is not known, and nothing is granted twice.
func agreesWithoutNetwork(t *testing.T, h *hand, c *centre, words words) {
	request, token := c.ask("SAMPLE-0001")
	h.open("/r/" + token)
	h.signIn("chen-zhiyuan")
	h.read(request.MatchWords)
	h.tap("#agree")
	c.network.Store(networkBreaksBefore)
	h.write("#pin", pin+kb.Enter)
	h.read(words("不知道答复是否送达", "not known yet whether your answer arrived"))
	h.picture("answer-lost")
	if got := c.statusOf(request); got != protocol.RequestOpened {
		t.Errorf("the counter sees %q of what never arrived", got)
	}
	c.network.Store(networkBreaksAfter)
	h.write("#pin", pin+kb.Enter)
	h.read(words("不知道答复是否送达", "not known yet whether your answer arrived"))
	if got := c.statusOf(request); got != protocol.RequestAnswered {
		t.Errorf("the counter sees %q", got)
	}
	c.network.Store(networkUp)
	h.read(words("已同意", "Agreed")) // found out by the page itself
	h.do(chromedp.WaitNotPresent("dialog"))
	list, err := c.auth.Records(t.Context(), "chen-zhiyuan")
	if err != nil || len(list) != 1 {
		t.Errorf("%d records of one answer, %v", len(list), err)
	}
}

// seesTheScriptFail takes a part of the page away that the script needs.
func seesTheScriptFail(t *testing.T, h *hand, c *centre, words words) {
	h.fail = make(chan string, 8)
	h.open("/")
	h.signIn("gao-feng")
	h.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("said").remove()`))
	h.tap(`a[href="/#records"]`)
	h.read(words("页面出错了", "The page failed"))
	h.picture("script-failed")
	<-h.fail
	h.tap("#open-again")
	h.do(chromedp.WaitNotPresent("#open-again"), chromedp.WaitVisible("#bar"))
	h.read(words("授权记录", "Authorization records"))
	if text := c.log.String(); !strings.Contains(text, "file=dom.js") || strings.Contains(text, "gao-feng") {
		t.Errorf("the log says %q", text)
	}
}

func switchesLanguage(t *testing.T, h *hand, _ *centre, words words) {
	h.open("/")
	h.read(words("选择持证人", "Choose a holder"))
	h.tap("#language")
	h.read(words("Choose a holder", "选择持证人"))
	h.open("/")
	h.read(words("Choose a holder", "选择持证人"))
}

func looksInTheDark(_ *testing.T, h *hand, c *centre, words words) {
	command(h, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	h.open("/")
	h.signIn("abdurehim")
	h.picture("long-name-dark")
	request, token := c.ask("SAMPLE-0002")
	h.open("/r/" + token)
	h.read(request.MatchWords)
	h.picture("consent-dark")
	h.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.style.setProperty("font-size", "200%")`))
	h.tap("#language") // drawn anew, as when it is opened with large text
	h.read(words("Agree and confirm", "同意并验证"))
	h.picture("consent-large")
	h.tap("#agree")
	h.do(chromedp.WaitVisible("#pin"))
	h.picture("pin-large")
}

// knownReceipt knows one token, and tells its holder more than others.
func knownReceipt(_ context.Context, holder, token string) (phone.Receipt, bool) {
	r := phone.Receipt{Case: "00112233445566778899aabbccddeeff", Hall: "dongcheng", Counter: "12",
		Time: time.Date(2026, 11, 23, 2, 12, 0, 0, time.UTC), Height: 4711, Digest: protocol.DigestOf([]byte("x"))}
	if holder == "chen-zhiyuan" {
		r.Item = "SAMPLE-0001"
		r.Needs = []casework.LicenceNeed{{Kind: "business-licence", Fields: []casework.FieldID{"name", "credit_code"}}}
	}
	return r, token == "known" || len(token) == 32
}
