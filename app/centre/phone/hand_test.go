package phone_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hand is a citizen's hand on a real browser of a small phone's size.
type hand struct {
	t    *testing.T
	ctx  context.Context
	c    *centre
	lang string
	wide int                      // of the screen
	auth webauthn.AuthenticatorID // what checks a finger; "" none
	fail chan string              // what the page threw, where a test has it fail; nil: it must not
}

// browser starts one headless Chromium for all that follows.
func browser(t *testing.T) context.Context {
	t.Helper()
	allocated, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("no-proxy-server", true))...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// browse opens a phone of the usual small size.
func browse(t *testing.T, browser context.Context, c *centre, lang string) *hand {
	t.Helper()
	return hold(t, browser, c, lang, 360)
}

// hold opens a phone of that width in the language, with cookies of its own.
// Whatever the page throws, and every breach of its policy, fails the test.
func hold(t *testing.T, browser context.Context, c *centre, lang string, wide int) *hand {
	t.Helper()
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	h := &hand{t: t, ctx: ctx, c: c, lang: lang, wide: wide}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			if h.fail != nil {
				h.fail <- e.ExceptionDetails.Text
				return
			}
			t.Errorf("the page threw: %s", e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			if e.Entry.Source != log.EntrySourceNetwork { // a refusal is an answer
				t.Errorf("the browser complains: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	command(h, log.Enable, cdp.Empty{})
	command(h, runtime.Enable, cdp.Empty{})
	command(h, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Shanghai"})
	command(h, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "phone (Linux; Android)", AcceptLanguage: lang})
	h.do(chromedp.EmulateViewport(int64(wide), 740, chromedp.EmulateScale(2), chromedp.EmulateMobile))
	return h
}

// patience bounds one action of the hand.
const patience = 90 * time.Second

func command[P, R any](h *hand, c cdp.Command[P, R], params P) {
	h.t.Helper()
	if _, err := chromedp.Call(h.ctx, c, params); err != nil {
		h.t.Fatal(err)
	}
}

func see[T any](h *hand, a chromedp.Action[T]) T {
	h.t.Helper()
	ctx, stop := context.WithTimeout(h.ctx, patience)
	defer stop()
	got, err := chromedp.Run(ctx, a)
	if err != nil {
		shows, _ := chromedp.Run(h.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		h.t.Fatalf("%v; the page shows:\n%s", err, shows)
	}
	return got
}

func (h *hand) do(actions ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	for _, a := range actions {
		see(h, a)
	}
}

func (h *hand) open(path string) { h.t.Helper(); h.do(chromedp.Navigate(h.c.url + path)) }

// tap clicks what the selector finds, once it can be seen.
func (h *hand) tap(selector string) {
	h.t.Helper()
	h.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

func (h *hand) write(selector, text string) {
	h.t.Helper()
	h.do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// read waits for the text anywhere on the page. The browser's own polling needs
// eval, which the page's policy forbids.
func (h *hand) read(text string) {
	h.t.Helper()
	see(h, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((seen, missed) => {
		const began = Date.now();
		const look = () => {
			if (document.body && document.body.innerText.includes(%q)) seen(true);
			else if (Date.now() - began > 60000) missed(new Error("not seen: " + %q));
			else setTimeout(look, 20);
		};
		look();
	})`, text, text), chromedp.EvalAwaitPromise))
}

func (h *hand) says(text string) bool {
	h.t.Helper()
	return see(h, chromedp.Evaluate[bool](fmt.Sprintf("document.body.innerText.includes(%q)", text)))
}

func (h *hand) pin() {
	h.t.Helper()
	h.write("#pin", pin+kb.Enter)
	h.do(chromedp.WaitNotPresent("dialog"))
}

func (h *hand) digits() string {
	h.t.Helper()
	label := see(h, chromedp.AttributeValue("#digits", "aria-label", chromedp.NodeVisible))
	return strings.ReplaceAll(label.Value, " ", "")
}

// scanned is what a decoder that is not ours reads off the phone's screen.
func (h *hand) scanned() string {
	h.t.Helper()
	see(h, chromedp.Evaluate[bool](`document.getElementById("code-picture").decode().then(() => true)`, chromedp.EvalAwaitPromise))
	file := filepath.Join(h.t.TempDir(), "phone.png")
	if err := os.WriteFile(file, see(h, chromedp.CaptureScreenshot()), 0o600); err != nil {
		h.t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if err != nil {
		h.t.Fatalf("nothing is read off the phone: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func (h *hand) signIn(holder string) {
	h.t.Helper()
	h.tap(`[data-holder="` + holder + `"]`)
	h.pin()
	h.do(chromedp.WaitVisible("#sign-out"))
}

// picture keeps the view as a PNG where COUNTERFOIL_SCREENS names a folder, and
// checks that everybody can use it: nothing sticks out of the small screen, no
// control lacks a name, none is put out of the order in which one reads, and
// every text stands out.
func (h *hand) picture(name string) {
	h.t.Helper()
	wide := see(h, chromedp.Evaluate[bool](fmt.Sprintf("document.documentElement.scrollWidth > %d", h.wide)))
	nameless := see(h, chromedp.Evaluate[[]string](`[...document.querySelectorAll("button, a, input, select")].filter((n) => n.checkVisibility() &&
			!(n.innerText || n.ariaLabel || (n.labels && n.labels.length)) || n.tabIndex > 0).map((n) => n.outerHTML)`))
	if wide || len(nameless) > 0 {
		h.t.Errorf("%s: wider than the phone: %v; without a name or out of order: %v", name, wide, nameless)
	}
	// let the short fade of a new view end, as a person's eye would
	see(h, chromedp.Evaluate[bool](`Promise.allSettled(document.getAnimations().map((a) => a.finished)).then(() => true)`, chromedp.EvalAwaitPromise))
	if faint := see(h, chromedp.Evaluate[[]string](contrast)); len(faint) > 0 {
		h.t.Errorf("%s %s: below 4.5 to 1: %v", h.lang, name, faint)
	}
	folder := os.Getenv("COUNTERFOIL_SCREENS")
	if folder == "" {
		return
	}
	png := see(h, chromedp.CaptureScreenshot())
	if err := os.MkdirAll(folder, 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "phone-"+h.lang+"-"+name+".png"), png, 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// evenHanded measures that refusing is as prominent as agreeing: of one size and
// one weight of type, both to be read (4.5:1), and both a border that stands out
// of the page (3:1).
func (h *hand) evenHanded() {
	h.t.Helper()
	wrong := see(h, chromedp.Evaluate[[]string](`(() => {
		const light = (c) => c.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
			.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
		const ratio = (a, b) => { const [hi, lo] = [light(a), light(b)].sort((x, y) => y - x); return (hi + .05) / (lo + .05); };
		const ground = getComputedStyle(document.documentElement).backgroundColor;
		const of = (id) => { const n = document.getElementById(id), s = getComputedStyle(n), r = n.getBoundingClientRect();
			return { width: r.width, height: r.height, font: s.fontSize, weight: s.fontWeight, text: ratio(s.color, s.backgroundColor), edge: ratio(s.borderColor, ground) }; };
		const agree = of("agree"), refuse = of("refuse");
		const wrong = ["width", "height", "font", "weight"].filter((k) => agree[k] !== refuse[k]);
		for (const b of [agree, refuse]) { if (b.text < 4.5) wrong.push("text " + b.text); if (b.edge < 3) wrong.push("edge " + b.edge); }
		return wrong;
	})()`))
	if len(wrong) > 0 {
		h.t.Errorf("refusing is not as prominent as agreeing: %v", wrong)
	}
}

// contrast lists the texts whose contrast to what is behind them (WCAG 2.2, 1.4.3)
// is too small. What can't be used now may be faint.
const contrast = `(() => {
	document.getAnimations().forEach((a) => a.finish()); // a view that has just come fades in
	const parts = (c) => c.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
	const over = (top, under, a) => top.slice(0, 3).map((v, i) => v * a + under[i] * (1 - a));
	const behind = (n) => {
		if (!n) return [255, 255, 255];
		const c = parts(getComputedStyle(n).backgroundColor), a = c[3] ?? 1;
		return a === 1 ? c : over(c, behind(n.parentElement), a);
	};
	const found = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const n = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
		if (!text || !n.checkVisibility() || n.closest(":disabled, .unseen, noscript")) continue;
		const s = getComputedStyle(n), size = parseFloat(s.fontSize), ground = behind(n);
		const color = parts(s.color), a = (color[3] ?? 1) * s.opacity;
		const [x, y] = [light(over(color, ground, a)), light(ground)].sort((p, q) => q - p);
		const ratio = (x + .05) / (y + .05);
		if (ratio < (size >= 24 || size >= 18.66 && s.fontWeight >= 700 ? 3 : 4.5)) found.push(text + " " + ratio.toFixed(2));
	}
	return found;
})()`

// finger gives the phone something that checks its user and keeps passkeys.
func (h *hand) finger() {
	h.t.Helper()
	command(h, webauthn.Enable, webauthn.EnableParams{})
	made, err := chromedp.Call(h.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true, HasUserVerification: true,
		IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.auth = made.AuthenticatorID
}

// known says whether the finger is recognised from now on.
func (h *hand) known(is bool) {
	h.t.Helper()
	command(h, webauthn.SetUserVerified, webauthn.SetUserVerifiedParams{AuthenticatorID: h.auth, IsUserVerified: is})
}

// choose takes an option of a select, once it can be seen.
func (h *hand) choose(selector, value string) {
	h.t.Helper()
	h.do(chromedp.WaitVisible(selector), chromedp.Evaluate[chromedp.Void](
		fmt.Sprintf(`{const s = document.querySelector(%q); s.value = %q; s.dispatchEvent(new Event("change"));}`, selector, value)))
}
