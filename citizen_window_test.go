//go:build window

package main_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterfoil/app/casework"
)

// another is a second citizen's phone, with cookies of its own.
func (p *phone) another(url string) *phone {
	p.t.Helper()
	ctx, end := chromedp.NewContext(p.ctx, chromedp.WithNewBrowserContext())
	p.t.Cleanup(end)
	return phoneOf(p.t, ctx, 320, url)
}

// unbind takes the newest authorization back.
func (p *phone) unbind(page string) {
	p.t.Helper()
	p.do(chromedp.Navigate(page+"#records"), chromedp.WaitVisible("[data-unbind]"))
	p.tap("[data-unbind]")
	p.tap("dialog .danger")
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
	c.chosen("ylqx", `msg=screen kind=qr`)

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

	c.push(3)
	p.unbind(c.phone)
	c.await(`msg=screen kind=sorry`)
	c.picture("unbound-under-way")
	c.await(`msg=step .*kind=abandoned ledger=committed`)
	p.do(chromedp.WaitVisible(`[data-what="revoked"]`))
	if log := strings.Join(c.seen, "\n"); strings.Contains(log, "陈致远") || strings.Contains(log, "chen-zhiyuan") {
		t.Error("the log names the citizen")
	}
}

// TestWindowWhatGoesWrongIsToldOnBothSides: an altered link, a code that a newer one
// ended, a network that breaks while the citizen agrees, a link opened again, and a
// word that is taken back while the pen is on the pad.
func TestWindowWhatGoesWrongIsToldOnBothSides(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.chosen("ylqx", `msg=screen kind=qr`)
	link := c.link()
	p.do(chromedp.Navigate(link[:len(link)-4] + "AAAA"))
	p.read("链接不完整或被改动")

	p.do(chromedp.Navigate(c.phone))
	ended := p.makeCode("ylqx", "SAMPLE-0001")
	p.tap("#end-code")
	p.do(chromedp.WaitVisible("#make"), chromedp.Navigate(c.phone))
	p.makeCode("ylqx", "SAMPLE-0001")
	c.types(ended)
	c.await(`msg=refused reason=code-`)
	c.picture("code-of-before")

	p.do(chromedp.Navigate(link), chromedp.WaitVisible("#agree"))
	p.tap("#agree")
	p.offline(true)
	p.write("#pin", pin+kb.Enter)
	p.read("不知道答复是否送达")
	p.picture("network-away")
	p.offline(false)
	p.write("#pin", pin+kb.Enter)
	c.await(`msg=step .*kind=retrieved`)
	p.read("已同意")
	p.do(chromedp.Navigate(link))
	p.read("请求已答复")

	c.push(3)
	c.confirm()
	c.sign(c.padPicture(casework.ScreenSign, 0, 1).Ink)
	p.unbind(c.phone)
	c.await(`msg=screen kind=sorry`)
	c.picture("unbound-while-signing")
	p.do(chromedp.WaitVisible(`[data-state="wiped"]`))
	p.picture("unbound-and-wiped")
}

// offline takes the network from the phone, or gives it back.
func (p *phone) offline(away bool) {
	p.t.Helper()
	all := network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: away, DownloadThroughput: -1, UploadThroughput: -1}}}
	if _, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, all); err != nil {
		p.t.Fatal(err)
	}
}

// TestWindowAStrangerOpensTheReceiptOffThePad serves a whole case, reads the QR of the
// pad's last screen with a decoder that is not ours, and opens it in a browser in which
// nobody ever signed in: the item, what was read, and a proof that it checks itself.
func TestWindowAStrangerOpensTheReceiptOffThePad(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.chosen("ylqx", `msg=shown stage=authorize`)
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

// pressed types at a person's pace: as many keys as fast as types has them, and an
// Enter behind them, would be a scanner's.
func (c *counter) pressed(digits string) {
	c.t.Helper()
	c.tool("xdotool", "windowactivate", "--sync", c.desk)
	c.tool("xdotool", "type", "--delay", "120", digits)
}

// TestWindowACitizenWithoutAPhoneIsServedByPaper: the clerk ticks the originals, types
// the number off them and leaves the rest as the originals show; the citizen confirms
// and signs as everybody does.
func TestWindowACitizenWithoutAPhoneIsServedByPaper(t *testing.T) {
	c := startCounter(t)
	c.chosen("sydj", `msg=shown stage=authorize`)
	c.keys("F8")
	c.await(`msg=shown stage=paper`)
	c.picture("paper")
	c.pressed("1111111") // by paper; no phone; three originals; the same person; for themselves
	c.keys("Return")
	missing := number(t, c.await(`msg=shown stage=review missing=(\d+)`))
	c.pressed("11010519491231002")
	c.keys("asterisk")
	for missing--; missing > 0; missing-- {
		c.keys("Return")
		c.await(fmt.Sprintf(`msg=shown stage=review missing=%d`, missing))
	}
	c.keys("1") // which child
	c.await(`msg=shown stage=review missing=0`)
	c.picture("paper-filled")
	c.keys("Return")
	c.pages = number(t, c.await(`msg=page page=1 of=(\d+)`))
	c.picture("paper-confirm")
	c.confirm()
	sign := c.padPicture(casework.ScreenSign, 0, 1)
	c.sign(sign.Ink)
	c.touch(centre(sign.Area(casework.TouchAgree)))
	c.await(`msg=shown stage=submit`)
	c.keys("Return")
	id := c.await(`msg=step case=([0-9a-f]{32}) kind=submitted ledger=committed`)
	c.picture("paper-done")
	stranger := startPhone(t, c.link())
	stranger.do(chromedp.WaitVisible(`[data-verdict="holds"]`))
	stranger.read("生育登记")
	stranger.picture("paper-receipt")
	c.keys("F3")
	for !c.within(time.Second, `msg=export case=`+id) { // the list may still be on its way
		c.keys("F8")
	}
	c.verify(filepath.Join(c.dir, "export", id+".zip"))
}
