//go:build window

package main_test

import (
	"bufio"
	"cmp"
	"context"
	"flag"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterfoil/app/casework"
	"counterfoil/assets"
	"counterfoil/ui/citizen"
)

var (
	programs = flag.String("programs", ".build", "folder of the built programs")
	screens  = flag.String("screens", "", "folder for pictures of the windows; empty: none are kept")
)

// pin is the PIN of every invented holder.
const pin = "246810"

// counter is the real desktop program in a real window. What happened is read
// from its log, as an administrator would.
type counter struct {
	t     *testing.T
	ctx   context.Context
	log   chan string
	seen  []string
	phone string
	dir   string
	desk  string // window ids
	pad   string
	press map[string]string // other keys to press in place of some; may be nil
	size  image.Point       // of the pad's display
	pages int               // that the pad has of the form

	monitor bool   // the pad is a monitor of its own
	signing func() // called before the citizen signs; may be nil
}

func startCounter(t *testing.T) *counter {
	t.Helper()
	return startCounterWith(t, "签字板", image.Pt(800, 480))
}

// begin starts the program in practice mode on c.dir and follows its log.
func (c *counter) begin(args ...string) {
	c.t.Helper()
	cmd := exec.Command(filepath.Join(*programs, "counterfoil"), append(args, "--practice", "--dir", c.dir)...)
	pipe, err := cmd.StderrPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	go func() {
		defer close(c.log)
		for s := bufio.NewScanner(pipe); s.Scan(); {
			c.log <- s.Text()
		}
	}()
	c.t.Cleanup(func() { c.end(cmd) })
}

// startCounterWith starts the program with more arguments; its pad has a window of
// that title and a display of that size.
func startCounterWith(t *testing.T, pad string, size image.Point, args ...string) *counter {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	c := &counter{t: t, ctx: ctx, dir: t.TempDir(), size: size, log: make(chan string, 1000)}
	c.begin(args...)
	if *screens != "" {
		os.MkdirAll(*screens, 0o755)
	}
	c.phone = c.await(`msg="practice centre" phone=(\S+)`)
	c.desk = c.window("存根 Counterfoil")
	c.pad = c.window(pad)
	return c
}

// end closes the program as a system that shuts down would. One that does not
// close is a fault: where it hangs is then in its log.
func (c *counter) end(cmd *exec.Cmd) {
	cmd.Process.Signal(os.Interrupt)
	hangs := time.AfterFunc(30*time.Second, func() { cmd.Process.Signal(syscall.SIGQUIT) })
	var last []string
	for line := range c.log {
		last = append(last, line)
	}
	if !hangs.Stop() {
		c.t.Errorf("the program did not close:\n%s", strings.Join(last, "\n"))
	}
	cmd.Wait()
}

// await reads the log until a line matches, and returns its first group.
func (c *counter) await(pattern string) string {
	c.t.Helper()
	re := regexp.MustCompile(pattern)
	for {
		select {
		case line, ok := <-c.log:
			if !ok {
				c.t.Fatalf("the program ended before %s; its log:\n%s", pattern, strings.Join(c.seen, "\n"))
			}
			c.seen = append(c.seen, line)
			if strings.Contains(line, "Error in Fyne call thread") {
				c.t.Error("a widget was touched off its goroutine")
			}
			if m := re.FindStringSubmatch(line); m != nil {
				return m[len(m)-1]
			}
		case <-c.ctx.Done():
			c.picture("stuck")
			c.t.Fatalf("no %s; the log:\n%s", pattern, strings.Join(c.seen, "\n"))
		}
	}
}

// within says whether a matching line comes in time.
func (c *counter) within(d time.Duration, pattern string) bool {
	re := regexp.MustCompile(pattern)
	late := time.NewTimer(d)
	defer late.Stop()
	for {
		select {
		case line, ok := <-c.log:
			c.seen = append(c.seen, line)
			if !ok || re.MatchString(line) {
				return ok
			}
		case <-late.C:
			return false
		case <-c.ctx.Done():
			c.t.Fatalf("no %s", pattern)
		}
	}
}

func (c *counter) tool(name string, args ...string) string {
	c.t.Helper()
	out, err := exec.CommandContext(c.ctx, name, args...).CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (c *counter) window(title string) string {
	c.t.Helper()
	ids := c.tool("xdotool", "search", "--sync", "--onlyvisible", "--name", title)
	return strings.Fields(ids)[0]
}

// keys presses keys in the clerk's window.
func (c *counter) keys(names ...string) {
	c.t.Helper()
	c.tool("xdotool", "windowactivate", "--sync", c.desk)
	args := []string{"key", "--delay", "30"}
	for _, n := range names {
		args = append(args, cmp.Or(c.press[n], n))
	}
	c.tool("xdotool", args...)
}

// holds keeps a key down for longer than a keyboard waits before it repeats one.
func (c *counter) holds(name string) {
	c.t.Helper()
	c.tool("xset", "r", "on")
	c.tool("xdotool", "windowactivate", "--sync", c.desk, "keydown", cmp.Or(c.press[name], name), "sleep", "1.2", "keyup", cmp.Or(c.press[name], name))
	c.tool("xset", "r", "off")
}

func (c *counter) types(text string) {
	c.t.Helper()
	c.tool("xdotool", "windowactivate", "--sync", c.desk)
	c.tool("xdotool", "type", "--delay", "40", text)
}

// front brings the pad's window to the front; one that has a monitor is there.
func (c *counter) front() {
	c.t.Helper()
	if !c.monitor {
		c.tool("xdotool", "windowactivate", "--sync", c.pad)
	}
}

// touch taps the pad with the mouse as the pen.
func (c *counter) touch(p image.Point) {
	c.t.Helper()
	c.front()
	c.tool("xdotool", "mousemove", "--window", c.pad, fmt.Sprint(p.X), fmt.Sprint(p.Y), "sleep", "0.15", "mousedown", "1", "sleep", "0.2", "mouseup", "1")
}

// sign draws strokes on the pad.
func (c *counter) sign(area image.Rectangle) {
	c.t.Helper()
	c.front()
	at := func(x, y float64) []string {
		return []string{"mousemove", "--window", c.pad, fmt.Sprint(area.Min.X + int(x*float64(area.Dx()))), fmt.Sprint(area.Min.Y + int(y*float64(area.Dy())))}
	}
	for _, stroke := range [][][2]float64{
		{{0.20, 0.35}, {0.26, 0.33}, {0.32, 0.31}, {0.38, 0.30}},
		{{0.29, 0.20}, {0.28, 0.40}, {0.24, 0.60}, {0.18, 0.75}},
		{{0.30, 0.45}, {0.34, 0.58}, {0.39, 0.70}},
		{{0.55, 0.25}, {0.55, 0.45}, {0.55, 0.72}},
		{{0.48, 0.48}, {0.56, 0.45}, {0.64, 0.43}},
	} {
		args := append(at(stroke[0][0], stroke[0][1]), "sleep", "0.1", "mousedown", "1")
		for _, p := range stroke[1:] {
			args = append(append(args, "sleep", "0.05"), at(p[0], p[1])...)
		}
		c.tool("xdotool", append(args, "sleep", "0.1", "mouseup", "1")...)
	}
}

// picture keeps pictures of both windows where they were asked for: of what is
// still there a moment later, so that nothing is caught half drawn.
func (c *counter) picture(name string) {
	if *screens == "" {
		return
	}
	for title, id := range map[string]string{"desk": c.desk, "pad": c.pad} {
		if id == "" {
			continue // a program that asks before it works has no pad yet
		}
		file := filepath.Join(*screens, name+"-"+title+".png")
		exec.Command("xdotool", "windowactivate", "--sync", id, "sleep", "0.7").Run()
		exec.Command("import", "-window", id, file).Run()
	}
}

// link reads the QR off a picture of the pad's window, with a decoder that is
// not ours.
func (c *counter) link() string {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "pad.png")
	c.tool("xdotool", "windowactivate", "--sync", c.pad) // in front: a picture shows what covers it
	for {
		c.tool("import", "-window", c.pad, file)
		out, err := exec.CommandContext(c.ctx, "zbarimg", "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
		switch {
		case err == nil:
			return strings.TrimSpace(string(out))
		case c.ctx.Err() != nil:
			c.t.Fatalf("no QR is read off the pad: %v", err)
		}
	}
}

// phone is a citizen's phone: a real browser.
type phone struct {
	t   *testing.T
	ctx context.Context
}

func startPhone(t *testing.T, url string) *phone {
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
	return phoneOf(t, ctx, 360, url)
}

// phoneOf makes a phone of a browser's page, as wide as given.
func phoneOf(t *testing.T, ctx context.Context, wide int64, url string) *phone {
	t.Helper()
	p := &phone{t: t, ctx: ctx}
	if _, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "phone", AcceptLanguage: "zh-CN"}); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(wide, 740, chromedp.EmulateScale(2), chromedp.EmulateMobile), chromedp.Navigate(url))
	return p
}

func see[T any](p *phone, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, stop := context.WithTimeout(p.ctx, 90*time.Second)
	defer stop()
	got, err := chromedp.Run(ctx, a)
	if err != nil {
		shows, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		p.t.Fatalf("%v; the phone shows:\n%s", err, shows)
	}
	return got
}

func (p *phone) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	for _, a := range actions {
		see(p, a)
	}
}

func (p *phone) tap(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

func (p *phone) write(selector, text string) {
	p.t.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

func (p *phone) picture(name string) {
	if *screens != "" {
		// a new view fades in: the picture is of what the eye then sees
		see(p, chromedp.Evaluate[bool](`Promise.all(document.getAnimations().map((a) => a.finished)).then(() => true)`, chromedp.EvalAwaitPromise))
		os.WriteFile(filepath.Join(*screens, name+"-phone.png"), see(p, chromedp.CaptureScreenshot()), 0o644)
	}
}

// scanned is what a decoder that is not ours reads off the phone.
func (p *phone) scanned() string {
	p.t.Helper()
	see(p, chromedp.Evaluate[bool](`document.getElementById("code-picture").decode().then(() => true)`, chromedp.EvalAwaitPromise))
	file := filepath.Join(p.t.TempDir(), "phone.png")
	if err := os.WriteFile(file, see(p, chromedp.CaptureScreenshot()), 0o600); err != nil {
		p.t.Fatal(err)
	}
	out, err := exec.CommandContext(p.ctx, "zbarimg", "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", file).Output()
	if err != nil {
		p.t.Fatalf("nothing is read off the phone: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func (p *phone) enterPIN() {
	p.t.Helper()
	p.write("#pin", pin+kb.Enter)
	p.do(chromedp.WaitNotPresent("dialog"))
}

func (p *phone) signIn(holder string) {
	p.t.Helper()
	p.tap(`[data-holder="` + holder + `"]`)
	p.enterPIN()
	p.do(chromedp.WaitVisible("#sign-out"))
}

func (p *phone) makeCode(search, item string) string {
	p.t.Helper()
	p.tap(`a[href="/#code"]`)
	p.write("#item", search)
	p.tap(`[data-item="` + item + `"]`)
	p.tap("#make")
	p.enterPIN()
	label := see(p, chromedp.AttributeValue("#digits", "aria-label", chromedp.NodeVisible))
	return strings.ReplaceAll(label.Value, " ", "")
}

// chosen has the clerk choose the item by its initials, until the case shows what is
// expected.
func (c *counter) chosen(initials, shown string) {
	c.t.Helper()
	c.types(initials)
	c.keys("Return")
	c.await(shown)
}

// push takes the case from the review, with as many choices for the clerk, to the
// first page on the pad.
func (c *counter) push(choices int) {
	c.t.Helper()
	c.await(fmt.Sprintf(`msg=shown stage=review missing=%d`, choices))
	c.picture("review")
	for missing := choices - 1; missing >= 0; missing-- {
		c.keys("1")
		c.await(fmt.Sprintf(`msg=shown stage=review missing=%d`, missing))
	}
	c.picture("filled")
	c.keys("Return")
	c.pages = number(c.t, c.await(`msg=page page=1 of=(\d+)`))
	c.picture("confirm")
}

// confirm has the citizen read what is on the pad, page by page, and agree.
func (c *counter) confirm() {
	c.t.Helper()
	last := c.pages
	for page := 1; page < last; page++ {
		c.touch(centre(c.padPicture(casework.ScreenConfirm, page-1, last).Area(casework.TouchNext)))
		c.await(fmt.Sprintf(`msg=page page=%d `, page+1))
	}
	c.picture("confirm-last")
	c.touch(centre(c.padPicture(casework.ScreenConfirm, last-1, last).Area(casework.TouchAgree)))
	c.await(`msg=screen kind=sign`)
}

// serve takes the case from the review to the end, with the keyboard at the
// counter and the mouse as the pen, and returns the file of its bundle.
func (c *counter) serve(choices int) string {
	c.t.Helper()
	c.push(choices)
	c.confirm()
	if c.signing != nil {
		c.signing()
	}
	sign := c.padPicture(casework.ScreenSign, 0, 1)
	c.sign(sign.Ink)
	c.picture("sign")
	c.touch(centre(sign.Area(casework.TouchAgree)))
	c.await(`msg=screen kind=photo`)
	c.picture("photo-consent")
	c.touch(centre(c.padPicture(casework.ScreenPhoto, 0, 1).Area(casework.TouchAgree)))
	c.await(`msg=shown stage=photo`)
	c.picture("photo")
	for { // the first picture of the camera may still be on its way
		c.keys("Return")
		if c.within(5*time.Second, `msg=stage stage=submit`) {
			break
		}
	}
	c.await(`msg=shown stage=submit`)
	c.picture("submit")
	before := len(c.seen)
	c.holds("Return")
	id := c.await(`msg=step case=([0-9a-f]{32}) kind=submitted ledger=committed`)
	c.picture("done")
	c.keys("F3")
	for !c.within(time.Second, `msg=export case=`+id) { // the list may still be on its way
		c.keys("F8")
	}
	for _, line := range c.seen[before:] {
		if strings.Contains(line, "msg=stage stage=idle") {
			c.t.Error("the key that was held for too long went on to the next citizen: what was done could not be read")
		}
	}
	c.picture("records")
	return filepath.Join(c.dir, "export", id+".zip")
}

// padPicture returns where a citizen's screen can be touched: the areas of a
// kind of screen are the same whatever it says, with as many pages.
func (c *counter) padPicture(kind casework.ScreenKind, page, pages int) casework.Picture {
	t := c.t
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	d, err := citizen.New(assets.Regular(), assets.Bold(), texts.T)
	if err != nil {
		t.Fatal(err)
	}
	for lines := 1; ; lines++ {
		form := slices.Repeat([]casework.FormValue{{Label: "名称", Value: "示例"}}, lines)
		picture := d.Draw(casework.CitizenScreen{Kind: kind, Language: "zh-CN", Practice: true, Form: form, Page: page}, c.size)
		if kind != casework.ScreenConfirm || picture.Pages == pages {
			return picture
		}
		if lines > 200 {
			t.Fatalf("no form has %d pages", pages)
		}
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

func (c *counter) verify(bundle string) {
	c.t.Helper()
	out := c.tool(filepath.Join(*programs, "counterfoil-verify"), bundle)
	c.t.Log(out)
	if !strings.Contains(out, "HOLDS  case") {
		c.t.Error("the bundle does not hold")
	}
}

func TestWindowACitizenIsServedByCode(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.picture("idle")
	c.types("ylqx")
	c.picture("search")
	c.keys("Return")
	c.await(`msg=shown stage=authorize`)
	code := p.makeCode("ylqx", "SAMPLE-0001")
	p.picture("code")
	c.types(code[:5])
	c.picture("authorize")
	c.types(code[5:])
	c.verify(c.serve(3))
}

// scans types as a scanner does, a key every 2 ms and an Enter, until the window
// shows what is expected: on a busy machine xdotool may pause as a person does,
// and then its keys are a person's.
func (c *counter) scans(text, shown string) {
	c.t.Helper()
	c.tool("xdotool", "windowactivate", "--sync", c.desk)
	for {
		c.tool("xdotool", "type", "--delay", "2", "--args", "1", text, "key", "--delay", "2", "Return")
		if c.within(5*time.Second, shown) {
			return
		}
		c.keys("BackSpace", "Escape")
		c.picture("scan-again")
	}
}

func TestWindowACitizenIsServedByAScannedCode(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.scans("https://pay.example/12345", `problem=not-issued-here`) // the search line has the focus
	c.picture("scanned-foreign")
	c.chosen("ylqx", `msg=shown stage=authorize`)
	code := p.makeCode("ylqx", "SAMPLE-0001")
	if got := p.scanned(); got != code {
		t.Fatalf("%q is read off the phone, not the code", got)
	}
	c.scans("wxp://f2f0aBcD", `stage=authorize .*problem=not-issued-here`)
	c.picture("scanned-early")
	c.scans(code, `msg=step .*kind=authorized`) // what is shown next is waited for below
	c.verify(c.serve(3))
}

// keypad names the keys of the numeric keypad by their X key codes, because a
// keysym would be sent with the Shift that it needs while NumLock is off.
func keypad() map[string]string {
	return map[string]string{"0": "90", "1": "87", "2": "88", "3": "89", "4": "83", "5": "84", "6": "85", "7": "79", "8": "80", "9": "81", "Return": "104"}
}

func TestWindowACitizenIsServedWithTheNumericKeypadAlone(t *testing.T) {
	c := startCounter(t)
	c.press = keypad()
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	for lock, state := range []string{"as it was", "toggled"} {
		t.Log("NumLock " + state)
		if lock == 1 {
			c.keys("Num_Lock")
			t.Cleanup(func() { exec.Command("xdotool", "key", "Num_Lock").Run() })
		}
		c.keys("0", "1", "Return") // the item's number
		c.await(`msg=shown stage=authorize`)
		c.picture("keypad" + state[:2])
		code := p.makeCode("ylqx", "SAMPLE-0001")
		c.keys(strings.Split(code, "")...)
		c.serve(3)
		c.keys("Escape") // the records that serve opened
		c.keys("Return") // the next citizen
		c.await(`msg=shown stage=idle`)
		p.do(chromedp.Navigate(c.phone))
	}
}

func TestWindowACitizenIsServedByQR(t *testing.T) {
	c := startCounter(t)
	p := startPhone(t, c.phone)
	p.signIn("chen-zhiyuan")
	c.chosen("ylqx", `msg=screen kind=qr`)
	c.picture("qr")
	link := c.link()
	if !strings.HasPrefix(link, c.phone) {
		t.Fatalf("the QR holds %q, not a link of %s", link, c.phone)
	}
	p.do(chromedp.Navigate(link), chromedp.WaitVisible("#agree"))
	p.picture("consent")
	p.tap("#agree")
	p.enterPIN()
	c.verify(c.serve(3))
}
