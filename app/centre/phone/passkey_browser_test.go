package phone_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestPasskeysInARealBrowser(t *testing.T) {
	browser := browser(t)
	for name, flow := range map[string]func(*testing.T, *pair){
		"a phone is enrolled at the counter, signs in and makes a code": enrolsAtTheCounter,
		"a second phone comes, is removed, and the first is lost":       hasTwoPhones,
		"an invented holder gets a passkey and an own password":         leavesThePracticePassword,
	} {
		for _, lang := range []string{"zh-CN", "en"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				t.Parallel()
				p := &pair{c: startCentre(t, name[:2] == "an", nil)}
				p.small, p.large = hold(t, browser, p.c, lang, 320), hold(t, browser, p.c, lang, 390)
				p.small.finger()
				p.large.finger()
				p.words = func(zh, en string) string {
					if lang == "en" {
						return en
					}
					return zh
				}
				flow(t, p)
			})
		}
	}
}

// pair is two phones, the smallest and an ordinary one.
type pair struct {
	c            *centre
	small, large *hand
	words        words
}

// code is a one-time code that a clerk was given for a holder.
func (p *pair) code(t *testing.T, holder string) string {
	t.Helper()
	code, err := p.c.identity.Enrol(t.Context(), holder)
	if err != nil {
		t.Fatal(err)
	}
	return code.Code
}

// enrol types a one-time code on a phone that is not signed in.
func (p *pair) enrol(h *hand, code string) {
	h.t.Helper()
	h.open("/")
	h.tap("#new-here")
	h.write("#once-code", code+kb.Enter)
}

func (p *pair) setPassword(h *hand, to string) {
	h.t.Helper()
	h.write("#new-password", to)
	h.write("#again-password", to+kb.Enter)
}

func enrolsAtTheCounter(t *testing.T, p *pair) {
	h, words := p.small, p.words
	h.open("/")
	h.read(words("用通行密钥登录", "Sign in with a passkey"))
	h.picture("sign-in")
	for _, id := range []string{"language", "passkey", "new-here"} { // as one reads
		h.do(chromedp.KeyEvent(kb.Tab))
		if got := see(h, chromedp.Evaluate[string]("document.activeElement.id")); got != id {
			t.Errorf("the key Tab leads to %q, not to %q", got, id)
		}
	}
	h.tap("#passkey")
	h.read(words("没有完成验证", "was not confirmed")) // it has none
	h.tap("#new-here")
	h.write("#once-code", "0000-0000-0000"+kb.Enter)
	h.read(words("登记码不正确", "code is wrong"))
	h.picture("enrol")
	p.enrol(h, p.code(t, "wang-xiulan"))
	h.read(words("设置自设密码", "Set an own password"))
	h.picture("set-password")
	h.write("#new-password", own)
	h.write("#again-password", "741964"+kb.Enter)
	h.read(words("两次输入不一样", "not the same"))
	p.setPassword(h, "870412")
	h.read(words("太容易被猜到", "guessed too easily"))
	p.setPassword(h, own)
	h.do(chromedp.WaitVisible("#licences"))
	h.picture("home-320")

	h.tap("#sign-out")
	h.known(false)
	h.tap("#passkey")
	h.read(words("没有完成验证", "was not confirmed"))
	h.picture("not-recognised")
	h.known(true)
	h.tap("#passkey")
	h.do(chromedp.WaitVisible("#licences"))

	h.tap(`a[href="/#code"]`)
	h.tap("#make")
	h.write("#pin", "000000"+kb.Enter)
	h.read(words("还可以输错 4 次", "4 tries left"))
	h.picture("code-wrong-password")
	h.do(chromedp.WaitEnabled("dialog .primary"))
	h.write("#pin", own+kb.Enter)
	h.do(chromedp.WaitNotPresent("dialog"))
	if _, _, err := p.c.redeem(h.digits(), "SAMPLE-0003"); err != nil {
		t.Error(err)
	}
	h.read(words("验证码已使用", "The code was used"))
}

func hasTwoPhones(t *testing.T, p *pair) {
	first, second, words := p.large, p.small, p.words
	p.enrol(first, p.code(t, "chen-zhiyuan"))
	p.setPassword(first, own)
	first.tap(`a[href="/#account"]`)
	first.tap("#another-phone") // the finger confirms it
	code := see(first, chromedp.Text("#once", chromedp.NodeVisible))
	first.picture("another-phone")
	p.enrol(second, code)
	second.tap(`a[href="/#account"]`)
	second.read(words("本机", "This phone"))
	second.picture("account-320")
	second.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.style.setProperty("font-size", "200%")`))
	second.picture("account-large")
	second.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.style.removeProperty("font-size")`))

	first.open("/#home")
	first.open("/#account")
	first.picture("account")
	first.tap(`#passkeys li:last-child button`)
	first.read(words("删除这台设备", "Remove this device"))
	first.picture("remove-device")
	first.tap("dialog .danger")
	first.do(chromedp.WaitNotPresent(`#passkeys li:nth-child(2)`))
	second.tap("#home")
	second.open("/#records")
	second.read(words("用通行密钥登录", "Sign in with a passkey"))
	second.tap("#passkey")
	second.read(words("没有接受这把通行密钥", "was not accepted"))
	second.picture("refused-passkey")

	anew := p.code(t, "chen-zhiyuan") // the first is lost, a clerk has seen the paper
	first.tap("#change-password")
	p.setPassword(first, "852741")
	first.read(words("用通行密钥登录", "Sign in with a passkey"))
	p.enrol(second, anew)
	p.setPassword(second, own)
	second.tap(`a[href="/#records"]`)
	second.read(words("在窗口重新登记", "Begun anew at a counter"))
	second.picture("account-records")
	second.open("/#account")
	second.tap("#out-everywhere")
	second.tap("dialog .danger")
	second.read(words("用通行密钥登录", "Sign in with a passkey"))
}

func leavesThePracticePassword(t *testing.T, p *pair) {
	h, words := p.large, p.words
	h.open("/")
	h.picture("holders-390")
	h.tap(`[data-holder="gao-feng"]`)
	for range 5 {
		h.do(chromedp.WaitEnabled("dialog .primary"))
		h.write("#pin", "000000"+kb.Enter)
	}
	h.read(words("约 15 分钟后可以再试", "in about 15 minutes"))
	h.picture("locked")
	p.c.clock.pass(15 * time.Minute)
	h.open("/")
	h.signIn("gao-feng")
	h.tap(`a[href="/#account"]`)
	h.read(words("使用练习密码", "practice password counts"))
	h.tap("#add-here")
	h.pin()
	h.do(chromedp.WaitVisible("[data-passkey]"))
	h.tap("#change-password")
	p.setPassword(h, own)
	h.write("#pin", pin+kb.Enter)
	h.read(words("已设置", "It is set"))
	h.picture("account-practice")
	h.tap("#sign-out")
	h.tap("#passkey")
	h.do(chromedp.WaitVisible("#sign-out"))
	h.open("/#account")
	h.read(words("本机", "This phone"))
}
