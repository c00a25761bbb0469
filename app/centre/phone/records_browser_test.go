package phone_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	downloads "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// served has the holder of h agree to an item at the counter, and the counter call
// the licences up, unless it is only authorized.
func (c *centre) served(h *handset, item casework.ItemCode, used bool) casework.GrantID {
	c.t.Helper()
	kase := casework.CaseID(protocol.NewID())
	r, err := c.auth.OpenRequest(c.t.Context(), c.counter, protocol.OpenRequest{Item: item, Clerk: "clerk-7f3a", Case: kase})
	if err != nil {
		c.t.Fatal(err)
	}
	if status, why := h.call("POST", "/phone/requests/"+r.Link[len(c.url+"/r/"):]+"/answer", protocol.Answer{Agree: true, PIN: pin}, nil); status != 204 {
		c.t.Fatal(status, why)
	}
	s, err := c.auth.Follow(c.t.Context(), c.counter, r.ID, "", 0)
	if err != nil || s.Grant == nil {
		c.t.Fatal("no grant:", err)
	}
	if used {
		if _, _, err := c.auth.UseGrant(c.t.Context(), c.counter, s.Grant.ID, protocol.Retrieve{Item: item, Case: kase}); err != nil {
			c.t.Fatal(err)
		}
		if err := c.auth.HandOut(c.t.Context(), c.counter, s.Grant.ID, nil); err != nil {
			c.t.Fatal(err)
		}
	}
	return s.Grant.ID
}

// saved returns the path of the next file that the browser saves.
func (h *hand) saved(tap string) string {
	h.t.Helper()
	folder, done, yes := h.t.TempDir(), make(chan string, 1), true
	err := chromedp.ListenBrowser(h.ctx, func(event any) {
		if e, ok := event.(*downloads.EventDownloadProgress); ok && e.State == downloads.DownloadProgressStateCompleted && strings.HasPrefix(e.FilePath, folder) {
			done <- e.FilePath
		}
	})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := chromedp.CallBrowser(h.ctx, downloads.SetDownloadBehavior, downloads.SetDownloadBehaviorParams{Behavior: downloads.SetDownloadBehaviorBehaviorAllow,
		BrowserContextID: chromedp.FromContext(h.ctx).BrowserContextID, DownloadPath: folder, EventsEnabled: &yes}); err != nil {
		h.t.Fatal(err)
	}
	h.tap(tap)
	h.pin()
	select {
	case path := <-done:
		return path
	case <-h.t.Context().Done():
		h.t.Fatal("nothing was saved")
		return ""
	}
}

// sees waits for the records to be these, newest first.
func (h *hand) sees(what ...string) {
	h.t.Helper()
	see(h, chromedp.Evaluate[bool](fmt.Sprintf(`new Promise((seen, missed) => {
		const began = Date.now();
		const look = () => {
			const now = [...document.querySelectorAll("#records > li")].map((n) => n.dataset.what).join(" ");
			if (now === %q) seen(true);
			else if (Date.now() - began > 60000) missed(new Error("seen are: " + now));
			else setTimeout(look, 20);
		};
		look();
	})`, strings.Join(what, " ")), chromedp.EvalAwaitPromise))
}

func looksThroughTheRecords(t *testing.T, h *hand, c *centre, words words) {
	phone := c.signedIn("wang-xiulan")
	driving := c.served(phone, "SAMPLE-0039", true)
	c.served(phone, "SAMPLE-0039", false)
	_, token := c.ask("SAMPLE-0039")
	phone.call("GET", "/phone/requests/"+token, nil, nil)
	phone.call("POST", "/phone/requests/"+token+"/answer", protocol.Answer{}, nil)
	h.open("/")
	h.signIn("wang-xiulan")
	h.open("/#records")
	h.sees("declined", "authorized", "retrieved", "authorized")
	h.read(words("显示 4 条，共 4 条", "4 of 4 shown"))
	h.tap("#records > li:nth-child(3) summary")
	h.read(words("只答是或否", "Answered yes or no"))
	h.tap("#records > li:nth-child(4) summary")
	h.read(words("居民身份证·相片", "identity card: Portrait"))
	h.picture("records-fields")

	h.tap("#filter summary")
	h.choose("#filter-f", "refused")
	h.sees("declined")
	h.read(words("显示 1 条，共 4 条", "1 of 4 shown"))
	h.picture("records-filter")
	h.choose("#filter-f", "live")
	h.sees("authorized", "retrieved")
	h.choose("#filter-f", "account")
	h.read(words("没有符合条件的记录", "No record fits"))
	h.do(chromedp.NavigateBack())
	h.sees("authorized", "retrieved")
	h.open("/#home")
	h.open("/#records?f=used&h=dongcheng&d=7") // a link to a filter
	h.sees("retrieved")
	if at := see(h, chromedp.Evaluate[string](`document.getElementById("filter-h").value`)); at != "dongcheng" {
		t.Errorf("the hall shown is %q", at)
	}

	tellsTheHall(t, h, c, words)
	savesTheRecords(t, h, words)
	seesItWiped(t, h, c, driving, words)
}

// tellsTheHall reports a record by keyboard alone, and reads the answer.
func tellsTheHall(t *testing.T, h *hand, c *centre, words words) {
	h.do(chromedp.Focus(`#records [id^="o-"]`))
	h.do(chromedp.KeyEvent(kb.Enter))
	h.do(chromedp.WaitVisible("dialog"))
	h.write("#odd-words", words("我当天不在北京", "I was not in the city"))
	h.picture("odd")
	h.tap(`dialog .primary`)
	h.do(chromedp.WaitNotPresent("dialog"))
	h.open("/#home")
	h.open("/#records?f=odd")
	h.sees("odd")
	h.read(words("等待答复", "waits for an answer"))
	list, err := c.auth.Odd(t.Context(), false)
	if err != nil || len(list) != 1 || list[0].Reason != protocol.OddNotMe || list[0].What != "retrieved" || list[0].Counter != "12" {
		t.Fatalf("the administrator reads %+v %v", list, err)
	}
	if err := c.auth.AnswerOdd(t.Context(), list[0].ID, words("已核实，是工作人员误操作，已更正。", "Checked: a clerk's mistake, put right.")); err != nil {
		t.Fatal(err)
	}
	h.open("/#home")
	h.open("/#records?f=odd")
	h.read(words("已核实", "put right"))
	h.picture("odd-answered")
}

func savesTheRecords(t *testing.T, h *hand, words words) {
	h.open("/#home")
	h.open("/#records")
	h.tap("#take summary")
	path := h.saved("#save-csv")
	raw, err := os.ReadFile(path)
	if err != nil || filepath.Base(path) != "authorization-records.csv" || !strings.HasPrefix(string(raw), "\ufeff") {
		t.Fatal(path, err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 6 || rows[0][0] != words("时间", "Time") || rows[1][1] != words("已反映", "Told to the hall") || !strings.Contains(rows[1][20], words("已核实", "put right")) {
		t.Fatalf("%v %v", rows, err)
	}
	if raw, err = os.ReadFile(h.saved("#save-json")); err != nil {
		t.Fatal(err)
	}
	var file protocol.RecordsFile
	if err := json.Unmarshal(raw, &file); err != nil || file.Form != protocol.RecordsForm || len(file.Records) != 5 || file.Made.IsZero() {
		t.Fatalf("%+v %v", file, err)
	}
}

// seesItWiped unbinds while the counter is away, and looks on when it comes back.
func seesItWiped(t *testing.T, h *hand, c *centre, driving casework.GrantID, words words) {
	h.tap(`[data-unbind="` + string(driving) + `"]`)
	h.tap("dialog .danger")
	h.read(words("窗口还没有回报清除", "has not reported the wiping"))
	h.picture("unbound-waiting")
	if err := c.auth.Wiped(t.Context(), c.counter, driving); err != nil {
		t.Fatal(err)
	}
	h.read(words("窗口已清除所存内容", "has wiped what it held"))
	h.read(words("窗口清除于", "Wiped by the counter"))
	h.picture("unbound-wiped")
	h.tap("[data-unbind]") // the other grant was never used
	h.tap("dialog .danger")
	h.read(words("此前没有提供任何证照", "nothing had been handed out"))
	h.picture("unbound-nothing")
}
