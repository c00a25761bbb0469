package audit

import (
	_ "embed" // the page's template
	"html/template"
	"io"
	"strings"
	"time"

	"counterfoil/app/casework"
)

//go:embed page.html
var pageSource string

// words are the page's texts in one language.
type words struct {
	Lang, Title, Sub, Sound, Look, Compared, Alone string
	Counts                                         []string
	CaseHead                                       []string
	Findings, None, Cases, Foot                    string
	Hall, Counter, DayWord, Stands, TrustWord      string
	Kinds                                          map[FindingKind]string
	States                                         map[casework.State]string
	Steps                                          map[casework.StepKind]string
}

// zone is the halls' own time.
func zone() *time.Location { return time.FixedZone("UTC+8", 8*60*60) }

// Page writes the report as one page that needs nothing else: "zh-CN" or "en".
// signer is the fingerprint of the key that signed the report.
func (d Day) Page(w io.Writer, language, signer string) error {
	text := english()
	if language != "en" {
		text = chinese()
	}
	d.sort()
	t, err := template.New("page").Funcs(template.FuncMap{
		"clock": func(t time.Time) string { return t.In(zone()).Format("15:04:05") },
		"stamp": func(t time.Time) string { return t.In(zone()).Format("2006-01-02 15:04:05") },
		"day": func(s string) string {
			return s[:min(4, len(s))] + "-" + s[min(4, len(s)):min(6, len(s))] + "-" + s[min(6, len(s)):]
		},
		"short": func(s string) string { return strings.TrimSpace(s[:min(8, len(s))]) },
		"quads": func(s string) string { return s[:min(16, len(s))] },
		"last":  func(i, n int) bool { return i == n-1 },
	}).Parse(pageSource)
	if err != nil {
		return err
	}
	numbers := []int{d.Cases, d.Submitted, d.Retrievals, d.Unused, d.Open, d.Dropped, d.Revoked, d.Late}
	return t.Execute(w, map[string]any{"D": d, "T": text, "Numbers": numbers, "Signer": signer, "Serious": d.Serious()})
}

func chinese() words {
	return words{Lang: "zh-CN", Title: "窗口日核对单", Sub: "依据各大厅共同账本，逐件取证核对", Sound: "核对无异常", Look: "有 %d 项需要人工核查", Compared: "已与窗口自存证据逐条比对", Alone: "仅依据账本，未与窗口自存证据比对",
		Counts:   []string{"办件", "已提交", "调取证照", "已授权未调取", "已调取未办结", "已调取后放弃", "群众已解绑", "补传记录"},
		CaseHead: []string{"办件标识", "开始", "步骤", "状态", "账本高度", "备注"},
		Findings: "发现", None: "没有发现。", Cases: "办件清单", Foot: "账本上只有承诺值，本页不含任何个人信息。", Hall: "大厅", Counter: "窗口", DayWord: "日期", Stands: "依据的账本状态", TrustWord: "所信任的验证节点", Kinds: map[FindingKind]string{
			Broken: "账本所示前后不符", UnknownToCounter: "账本有此办件，窗口没有：密钥可能被复制", MoreOnLedger: "账本上的记录比窗口多", NotOnLedger: "窗口有记录尚未上链",
			AuthorizedUnused: "已授权，未调取证照", RetrievedOpen: "已调取证照，尚未办结", RetrievedDropped: "已调取证照，后放弃办理", BroughtLate: "断网期间排队，事后补传"},
		States: map[casework.State]string{casework.StateOpened: "已开始", casework.StateAuthorized: "已授权", casework.StateRetrieved: "已调取", casework.StateConfirmed: "已确认", casework.StateSigned: "已签字",
			casework.StatePhotographed: "已拍照", casework.StateSubmitted: "已提交", casework.StateAbandoned: "已放弃"},
		Steps: map[casework.StepKind]string{casework.Opened: "开始", casework.Authorized: "授权", casework.Retrieved: "调取", casework.Confirmed: "确认", casework.Signed: "签字", casework.Photographed: "拍照", casework.Submitted: "提交", casework.Abandoned: "放弃"}}
}

func english() words {
	return words{Lang: "en", Title: "A counter’s day, reconciled", Sub: "Proved case by case from the ledger that the halls share", Sound: "Nothing needs a person", Look: "%d findings need a person", Compared: "compared with the counter’s own evidence", Alone: "from the ledger alone, not compared with the counter’s own evidence",
		Counts:   []string{"cases", "submitted", "with licences retrieved", "authorized, not retrieved", "retrieved, still open", "retrieved, then abandoned", "unbound by the citizen", "entries brought late"},
		CaseHead: []string{"Case", "Opened", "Steps", "State", "Heights", "Notes"},
		Findings: "Findings", None: "None.", Cases: "Cases", Foot: "The ledger holds commitments alone: nothing on this page says whom a case is about.", Hall: "Hall", Counter: "Counter", DayWord: "Day", Stands: "State of the ledger", TrustWord: "Trusted validators", Kinds: map[FindingKind]string{
			Broken: "what the ledger shows does not fit together", UnknownToCounter: "on the ledger in this counter’s name, and the counter does not have it: its key may be copied", MoreOnLedger: "more entries on the ledger than the counter has", NotOnLedger: "entries that the counter has and the ledger lacks",
			AuthorizedUnused: "authorized, and no licence was retrieved", RetrievedOpen: "licences were retrieved, and the case is open", RetrievedDropped: "licences were retrieved, and the case was abandoned", BroughtLate: "queued through an outage and brought later"},
		States: map[casework.State]string{casework.StateOpened: "opened", casework.StateAuthorized: "authorized", casework.StateRetrieved: "retrieved", casework.StateConfirmed: "confirmed", casework.StateSigned: "signed",
			casework.StatePhotographed: "photographed", casework.StateSubmitted: "submitted", casework.StateAbandoned: "abandoned"},
		Steps: map[casework.StepKind]string{casework.Opened: "opened", casework.Authorized: "authorized", casework.Retrieved: "retrieved", casework.Confirmed: "confirmed", casework.Signed: "signed", casework.Photographed: "photo", casework.Submitted: "submitted", casework.Abandoned: "abandoned"}}
}
