//go:build window

package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// another is a second citizen's phone, with cookies of its own.
func (p *phone) another(url string) *phone {
	p.t.Helper()
	ctx, end := chromedp.NewContext(p.ctx, chromedp.WithNewBrowserContext())
	p.t.Cleanup(end)
	q := &phone{t: p.t, ctx: ctx}
	if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "phone", AcceptLanguage: "zh-CN"}); err != nil {
		p.t.Fatal(err)
	}
	q.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateScale(2), chromedp.EmulateMobile), chromedp.Navigate(url))
	return q
}

// read waits for the text anywhere on the page.
func (p *phone) read(text string) {
	p.t.Helper()
	p.do(chromedp.WaitVisible(`//body//*[contains(normalize-space(.), "` + text + `")]`))
}

// TestWindowACitizenRefusesAgreesOnOneOfTwoPhonesAndUnbinds: what the clerk's window
// and the pad say follows what the citizen decides on the phone.
func TestWindowACitizenRefusesAgreesOnOneOfTwoPhonesAndUnbinds(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.types("ylqx")
	c.keys("Return")
	c.await(`msg=screen kind=qr`)

	p.do(chromedp.Navigate(c.link()), chromedp.WaitVisible("#refuse"))
	p.tap("#refuse")
	c.await(`msg=refused reason=declined`)
	c.picture("declined")

	c.keys("F5")
	c.await(`msg=screen kind=qr`)
	link := c.link()
	other := p.another(c.phone)
	other.signIn("sun-yutong")
	other.do(chromedp.Navigate(link), chromedp.WaitVisible("#refuse"))
	p.do(chromedp.Navigate(link), chromedp.WaitVisible("#agree"))
	p.tap("#agree")
	p.enterPIN()
	c.await(`msg=step .*kind=retrieved`)
	other.read("请求已答复")
	other.picture("two-phones")

	c.await(`msg=shown stage=review missing=3`)
	for missing := 2; missing >= 0; missing-- {
		c.keys("1")
		c.await(fmt.Sprintf(`msg=shown stage=review missing=%d`, missing))
	}
	c.keys("Return")
	c.await(`msg=screen kind=confirm`)
	p.do(chromedp.Navigate(c.phone+"#records"), chromedp.WaitVisible("[data-unbind]"))
	p.tap("[data-unbind]")
	p.tap("dialog .danger")
	c.await(`msg=screen kind=sorry`)
	c.picture("unbound-under-way")
	c.await(`msg=step .*kind=abandoned ledger=committed`)
	p.do(chromedp.WaitVisible(`[data-what="revoked"]`))
	if log := strings.Join(c.seen, "\n"); strings.Contains(log, "陈致远") || strings.Contains(log, "chen-zhiyuan") {
		t.Error("the log names the citizen")
	}
}

// TestWindowAStrangerOpensTheReceiptOffThePad serves a whole case, reads the QR of the
// pad's last screen with a decoder that is not ours, and opens it in a browser in which
// nobody ever signed in: the item, what was read, and a proof that it checks itself.
func TestWindowAStrangerOpensTheReceiptOffThePad(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.types("ylqx")
	c.keys("Return")
	c.await(`msg=shown stage=authorize`)
	c.types(p.makeCode("ylqx", "SAMPLE-0001"))
	c.serve(3)
	stranger := p.another(c.link())
	stranger.do(chromedp.WaitVisible(`[data-verdict="holds"]`))
	for _, text := range []string{"医疗器械网络销售备案", "统一社会信用代码"} {
		stranger.read(text)
	}
	stranger.picture("receipt-of-a-stranger")
	if shows := see(stranger, chromedp.Evaluate[string]("document.body.innerText")); strings.Contains(shows, "陈致远") || strings.Contains(shows, "91119901MA0EX0018") {
		t.Errorf("the receipt says whom it is about:\n%s", shows)
	}
}
