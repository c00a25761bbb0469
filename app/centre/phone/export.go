package phone

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

// download is an answer that is a file. Its name says nothing of a person.
type download struct {
	name, media string
	content     []byte
}

// recordsFile makes the whole 授权记录 a file. It asks for a fresh confirmation: a
// phone that was left open shows a screen at a time, and must not give away
// years in one piece that outlives the session.
func (h *handler) recordsFile(r *http.Request, holder string) (any, error) {
	form := r.PathValue("form")
	if form != "json" && form != "csv" {
		return nil, casework.Refuse(casework.Malformed, "the forms are json and csv")
	}
	found, err := h.Authorization.AllRecords(r.Context(), holder)
	if err != nil {
		return nil, err
	}
	list := h.useRecords(found)
	if form == "csv" {
		return download{"authorization-records.csv", "text/csv; charset=utf-8", recordsCSV(list, h.languages[r.URL.Query().Get("lang")])}, nil
	}
	raw, err := json.MarshalIndent(protocol.RecordsFile{Form: protocol.RecordsForm, Made: h.Now().UTC().Truncate(time.Second), Records: list}, "", "  ")
	return download{"authorization-records.json", "application/json", append(raw, '\n')}, err
}

// columns of the table, in Chinese and English.
var columns = [][2]string{{"时间", "Time"}, {"记录", "Record"}, {"事项", "Item"}, {"大厅", "Hall"}, {"窗口", "Counter"}, {"方式", "Method"},
	{"证照", "Licences"}, {"字段", "Fields"}, {"只答是否", "Answered yes or no"}, {"未授权的敏感字段", "Sensitive fields not granted"}, {"原因", "Reason"},
	{"授权状态", "State of the authorization"}, {"授权至", "Authorization until"}, {"解绑时间", "Unbound"}, {"窗口清除时间", "Wiped by the counter"},
	{"授权编号", "Authorization"}, {"链上高度", "Height on the ledger"}, {"链上摘要", "Digest on the ledger"}, {"反映编号", "Report"}, {"反映内容", "Reported"}, {"答复", "Answer"}}

// language says codes as the page does.
type language struct {
	english bool
	texts   map[string]string
}

var coded = regexp.MustCompile(`"((?:what|by|why|state|odd)-[\w-]+)": "([^"\\]*)"`)

// languages reads the page's own texts, so that file and page say the same.
func languages() (map[string]language, error) {
	all := map[string]language{}
	for name, file := range map[string]string{"": "zh.js", "zh-CN": "zh.js", "en": "en.js"} {
		raw, err := files.ReadFile("page/" + file)
		if err != nil {
			return nil, err
		}
		l := language{english: name == "en", texts: map[string]string{}}
		for _, m := range coded.FindAllStringSubmatch(string(raw), -1) {
			l.texts[m[1]] = m[2]
		}
		all[name] = l
	}
	return all, nil
}

// say returns the text of a code; the code itself where there is none.
func (l language) say(group, code string) string {
	if code == "" {
		return ""
	}
	if text, ok := l.texts[group+code]; ok {
		return text
	}
	return code
}

func (l language) pick(zh, en []string) string {
	if l.english {
		return strings.Join(en, ", ")
	}
	return strings.Join(zh, "、")
}

// recordsCSV is a table that a spreadsheet opens by a double click: UTF-8 with a
// byte order mark, CRLF, the hall's clock.
func recordsCSV(list []protocol.UseRecord, l language) []byte {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	var head []string
	for _, c := range columns {
		head = append(head, l.pick(c[:1], c[1:]))
	}
	_ = w.Write(head) // into memory
	for _, u := range list {
		_ = w.Write(l.row(u))
	}
	w.Flush()
	return out.Bytes()
}

func (l language) row(u protocol.UseRecord) []string {
	fields, asked := l.fields(u.Licences)
	height := ""
	if u.Height > 0 {
		height = strconv.FormatInt(u.Height, 10)
	}
	report := protocol.UseReport{}
	if u.Report != nil {
		report = *u.Report
	}
	cells := []string{moment(u.Time), l.say("what-", u.What), l.pick([]string{u.Item}, []string{u.ItemEN}), l.pick([]string{u.Hall}, []string{u.HallEN}), u.Counter,
		l.say("by-", string(u.Method)), l.pick(u.Kinds, u.KindsEN), fields, asked, l.pick(u.Left, u.LeftEN),
		l.say("why-", string(u.Reason)), l.say("state-", u.State), moment(u.Until), moment(u.Revoked), moment(u.Wiped), string(u.Grant), height, u.Entry,
		report.ID, strings.TrimSpace(l.say("odd-", string(report.Reason)) + " " + report.Words), report.Answer}
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	return cells
}

// fields says of each licence the fields, and what was only answered.
func (l language) fields(licences []protocol.ConsentLicence) (fields, asked string) {
	of := func(n protocol.ConsentLicence, zh, en []string) string {
		if len(zh) == 0 {
			return ""
		}
		return l.pick([]string{n.Name}, []string{n.NameEN}) + ": " + l.pick(zh, en)
	}
	var all, questions []string
	for _, n := range licences {
		all, questions = append(all, of(n, n.Fields, n.EN)), append(questions, of(n, n.Questions, n.QuestionsEN))
	}
	none := func(s string) bool { return s == "" }
	return strings.Join(slices.DeleteFunc(all, none), "; "), strings.Join(slices.DeleteFunc(questions, none), "; ")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(protocol.Zone()).Format(time.DateTime)
}

// harmless keeps a spreadsheet from taking a text for a formula: what begins like
// one gets an apostrophe before it.
func harmless(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
