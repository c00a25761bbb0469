package counter_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"

	"counterfoil/app/casework"
	"counterfoil/app/centre/repository"
	"counterfoil/app/desk"
	"counterfoil/app/protocol"
	"counterfoil/app/rehearse"
	"counterfoil/devices/signpad/softpad"
)

// crowd is a hall in which many citizens are served, and all that was said, typed,
// called up or photographed there.
type crowd struct {
	*hall
	random *rand.Rand
	phones map[string]*rehearse.Phone
	signed map[string]*session
	names  []string // of the holders that have a phone
	told   map[string]bool
	sealed map[string]bool   // pieces of what the journal sealed
	holder map[string]string // case → who was served
	grant  map[string]string // grant → its case
	fates  map[string]int
}

// TestWhatIsKeptOfAHundredCasesTellsNobodyWhomTheyAreAbout serves a hundred cases
// of many holders, as they may go, and then looks for everything that was learned,
// a thousand values and more, in all that the ledger's node keeps, in the logs, and
// in every file of the counter, while the content is kept there and after it was
// destroyed; and for anything by which two cases of one holder could be found
// together.
func TestWhatIsKeptOfAHundredCasesTellsNobodyWhomTheyAreAbout(t *testing.T) {
	random := rand.New(rand.NewPCG(2026, 11))
	c := &crowd{hall: hallOf(t, 15*time.Minute, plantedBooks, plantedRegister(t, random)), random: random, phones: map[string]*rehearse.Phone{}, signed: map[string]*session{},
		told: map[string]bool{repository.PracticePIN: true, "手填的内容": true}, sealed: map[string]bool{}, holder: map[string]string{}, grant: map[string]string{}, fates: map[string]int{}}
	c.arrive()
	for range 100 {
		c.serve()
	}
	c.sent()
	t.Logf("%d holders, %v, %d values", len(c.names), c.fates, len(c.told))
	if c.fates["served on paper"] == 0 || c.fates["a relative with a code"] == 0 {
		t.Error("nobody came without a phone, or for another")
	}
	if len(c.names) < 4 || len(c.fates) < 8 || len(c.told) < 150 {
		t.Error("the cases are not varied")
	}
	c.unlinked()
	c.atRest()
	c.must(c.counter.Close())
	c.must(c.centre.Close())
	c.silent()
	c.start() // what closes the hall expects both
	c.open()
}

// arrive signs in every holder whom some item suits.
func (c *crowd) arrive() {
	c.t.Helper()
	resp, err := http.Get(c.centre.PhoneURL() + protocol.PathHolders)
	c.must(err)
	defer resp.Body.Close()
	var holders []protocol.Holder
	c.must(json.NewDecoder(resp.Body).Decode(&holders))
	for _, who := range holders {
		signed := &session{}
		phone, err := rehearse.NewPhone(c.ctx, rehearse.PhoneOptions{Base: c.centre.PhoneURL(), Holder: who.ID, PIN: repository.PracticePIN, Hall: "dongcheng", Client: signed})
		c.must(err)
		c.told[who.ID], c.told[who.Name] = true, true
		if held, err := phone.Kinds(c.ctx); err == nil && len(c.suiting(held)) > 0 {
			c.phones[who.ID], c.signed[who.ID], c.names = phone, signed, append(c.names, who.ID)
		}
	}
}

// suiting returns the items that the licences held suffice for, and that demand
// everything.
func (c *crowd) suiting(held []casework.LicenceKind) (list []casework.ServiceItem) {
	for _, item := range c.books.Items() {
		foreign := slices.ContainsFunc(item.Needs, func(n casework.LicenceNeed) bool { return !slices.Contains(held, n.Kind) })
		if !foreign && item.Demands.Signature && item.Demands.Photo == casework.PhotoOptional {
			list = append(list, item)
		}
	}
	return list
}

// serve has one citizen come, with whatever becomes of it.
func (c *crowd) serve() {
	c.t.Helper()
	who := c.names[c.random.IntN(len(c.names))]
	c.phone, c.session = c.phones[who], c.signed[who]
	held, err := c.phone.Kinds(c.ctx)
	c.must(err)
	items := c.suiting(held)
	c.item = items[c.random.IntN(len(items))]
	id := string(c.opened())
	c.holder[id] = who
	fate := c.fate(id)
	c.fates[fate]++
	c.desk.Clear()
	c.until("the counter is free after: "+fate, func(s desk.Snapshot) bool { return s.Case == nil })
}

// fate takes a case to one of its ends, and names it.
func (c *crowd) fate(id string) string {
	c.t.Helper()
	switch n := c.random.IntN(14); {
	case n == 12:
		return c.paper()
	case n == 13:
		c.relative()
	case n == 0:
		c.answer(false)
		c.until("declined", func(s desk.Snapshot) bool { return s.Problem != nil && s.Problem.Kind == casework.Declined })
		c.left(casework.CitizenLeft)
		return "declined"
	case n == 1 && c.fates["a wrong code"] < 3: // a counter has ten a day
		wrong := fmt.Sprintf("%08d", c.random.IntN(1e8))
		c.told[wrong] = true
		c.refusedCode(wrong, casework.CodeUnknown)
		c.left(casework.ClerkGaveUp)
		return "a wrong code"
	case n < 6:
		c.answer(true)
	default:
		c.paste()
	}
	c.until("the licences, or none", func(s desk.Snapshot) bool {
		return s.Busy == "" && (s.Stage == desk.StageReview || s.Stage == desk.StageRetrieve && s.Problem != nil)
	})
	c.grant[string(c.grantOf(id))] = id
	if acting := c.last.Case.Acting; acting != nil {
		c.told[acting.Name] = true
	}
	if c.last.Stage == desk.StageRetrieve {
		c.left(casework.ClerkGaveUp)
		return "not retrieved"
	}
	c.learn()
	switch n := c.random.IntN(8); n {
	case 0:
		c.left(casework.ClerkGaveUp)
		return "given up by the clerk"
	case 1:
		c.pushed()
		c.touch(casework.TouchRefuse)
		c.stage(desk.StageReview)
		c.left(casework.CitizenRefused)
		return "refused on the pad"
	case 2:
		c.pushed()
		c.unbind(id)
		c.stage(desk.StageEnded)
		return "unbound before the end"
	}
	c.confirmed()
	c.learn()
	return c.end(id)
}

func (c *crowd) paste() {
	c.t.Helper()
	code, err := c.phone.MakeCode(c.ctx, c.item)
	c.must(err)
	c.told[code] = true
	c.must(c.desk.Paste(code))
}

// paper serves somebody without a phone, or who acts for them.
func (c *crowd) paper() string {
	c.t.Helper()
	c.number = c.someNumber()
	var acting *casework.Acting
	if c.item.Audience == casework.LegalEntity || c.random.IntN(2) == 0 {
		acting = c.somebody()
	}
	c.onPaper(acting)
	c.confirmed()
	c.learn()
	c.finished()
	return "served on paper"
}

// relative notes that a relative brings the citizen's code; of an entity its
// phone says who acts.
func (c *crowd) relative() {
	c.t.Helper()
	if c.item.Audience == casework.Personal {
		c.must(c.desk.ReadOriginals(c.ctx))
		c.must(c.desk.Act(c.ctx, c.somebody()))
		c.stage(desk.StageAuthorize)
		c.fates["a relative with a code"]++
	}
	c.paste()
}

// somebody acts, with a name and a number of their own, all of which is told.
func (c *crowd) somebody() *casework.Acting {
	a := c.acts(fmt.Sprintf("代办人%06d", c.random.IntN(1e6)), c.someNumber())
	c.told[a.Name], c.told[a.Number], c.told[a.Basis] = true, true, true
	return a
}

func (c *crowd) someNumber() string {
	head := fmt.Sprintf("1101051949%02d%02d%03d", 1+c.random.IntN(12), 1+c.random.IntN(28), c.random.IntN(1000))
	check, _ := casework.CitizenNumberCheck(head)
	return head + string(check)
}

func (c *crowd) end(id string) string {
	c.t.Helper()
	switch c.random.IntN(4) {
	case 0:
		c.must(c.pad.Play(c.ctx, softpad.Signature(c.last.Screen.Ink)))
		c.touch(casework.TouchAgree)
		c.shows(casework.ScreenPhoto)
		c.touch(casework.TouchRefuse)
		c.until("no photo", func(s desk.Snapshot) bool { return s.Stage == desk.StageSubmit && s.Busy == "" })
		c.must(c.desk.Submit(c.ctx))
		c.stage(desk.StageDone)
		return "served without a photo"
	case 1:
		c.finished()
		c.learn()
		c.unbind(id)
		return "unbound after the end"
	}
	c.finished()
	c.learn()
	return "served"
}

// answer has the citizen scan the QR and agree or refuse.
func (c *crowd) answer(agree bool) {
	c.t.Helper()
	c.until("the QR", func(s desk.Snapshot) bool { return s.ScreenKind == casework.ScreenQR && s.Case.Request != nil })
	link := c.last.Case.Request.Link
	c.told[link[strings.LastIndex(link, "/")+1:]] = true
	c.must(c.phone.AnswerRequest(c.ctx, link, agree))
}

func (c *crowd) left(reason casework.ReasonCode) {
	c.t.Helper()
	c.must(c.desk.Abandon(c.ctx, reason))
	c.stage(desk.StageEnded)
}

// unbind revokes the grant on the phone of whoever is served.
func (c *crowd) unbind(id string) {
	c.t.Helper()
	c.settled() // a grant that is not on the ledger yet is its case's no more
	c.revoke(casework.CaseID(id))
	if c.last.Stage == desk.StageDone {
		c.until("the content is gone", func(s desk.Snapshot) bool { return s.Case != nil && s.Case.Revoked })
	}
}

func (c *crowd) grantOf(id string) casework.GrantID {
	c.t.Helper()
	r, err := c.counter.Journal.Case(c.ctx, casework.CaseID(id))
	c.must(err)
	return r.Standing.Grant
}

// learn remembers what is on the clerk's screen.
func (c *crowd) learn() {
	c.t.Helper()
	for _, l := range c.last.Case.Licences {
		for _, f := range l.Fields {
			c.told[f.Value] = true
		}
	}
	for _, v := range c.last.Case.Form {
		c.told[v.Value] = true
	}
	if photo := c.last.Case.Photo; len(photo) > 0 {
		c.told[string(photo[len(photo)/2:len(photo)/2+16])] = true
		c.told[string(photo[:16])] = true
	}
}

// unlinked reads every transaction of the chain.
func (c *crowd) unlinked() {
	c.t.Helper()
	cases := map[string][]string{}
	registered := 0
	for height, last := int64(1), c.height(); height <= last; height++ {
		for _, tx := range c.block(height) {
			all := leaves(tx)
			id := c.caseIn(all)
			if id != "" {
				cases[id] = append(cases[id], all...)
				registered++
			}
		}
	}
	if len(cases) != len(c.holder) || registered < 4*len(cases) {
		c.t.Errorf("%d transactions of %d cases of %d were read", registered, len(cases), len(c.holder))
	}
	reasons := map[string]bool{string(casework.ByPaper): true} // words of a fixed list, and rare ones
	for _, r := range append(casework.AbandonReasons(), casework.SkipReasons()...) {
		reasons[string(r)] = true
	}
	for _, found := range telling(cases, c.holder) {
		if word, _, _ := strings.Cut(strings.TrimPrefix(found, `"`), `"`); !reasons[word] {
			c.t.Errorf("the ledger holds %s", found)
		}
	}
}

// caseIn returns the case that a transaction names by its id or its grant's.
func (c *crowd) caseIn(all []string) string {
	for _, leaf := range all {
		name := hex.EncodeToString([]byte(leaf))
		if c.holder[name] != "" {
			return name
		}
		if id := c.grant[name]; id != "" {
			return id
		}
	}
	return ""
}

func (c *crowd) height() int64 {
	c.t.Helper()
	var status struct {
		Sync struct {
			Height int64 `json:"latest_block_height,string"`
		} `json:"sync_info"`
	}
	c.rpc("status", &status)
	return status.Sync.Height
}

func (c *crowd) block(height int64) [][]byte {
	c.t.Helper()
	var block struct {
		Block struct {
			Data struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
		} `json:"block"`
	}
	c.rpc(fmt.Sprintf("block?height=%d", height), &block)
	return block.Block.Data.Txs
}

func (c *crowd) rpc(call string, into any) {
	c.t.Helper()
	resp, err := http.Get(c.centre.LedgerURL() + "/" + call)
	c.must(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	c.must(err)
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	c.must(json.Unmarshal(raw, &answer))
	c.must(json.Unmarshal(answer.Result, into))
}

// silent searches the logs, every file of the node, and every record in its
// stores, which compress them.
func (c *crowd) silent() {
	c.t.Helper()
	search, short := needlesOf(c.told)
	c.t.Logf("%d values are too short to be searched for", short)
	text := c.log.String()
	for _, line := range []string{"kind=submitted ledger=committed", "reason=declined", "reason=code-unknown"} {
		if !strings.Contains(text, line) {
			c.t.Errorf("the log lacks %q", line)
		}
	}
	for _, found := range search.in([]byte(text)) {
		c.t.Errorf("a log holds %q", found)
	}
	public, _ := needlesOf(map[string]bool{string(c.near.Hall): true}) // what is there is found
	files, records, halls := 0, 0, 0
	c.must(filepath.WalkDir(filepath.Join(c.far.Home, "ledger"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && filepath.Ext(path) == ".db" {
			records += c.store(path, func(record []byte) {
				halls += len(public.in(record))
				for _, found := range search.in(record) {
					c.t.Errorf("%s holds %q", d.Name(), found)
				}
			})
		}
		if d.IsDir() {
			return nil
		}
		files++
		raw, err := os.ReadFile(path)
		for _, found := range search.in(raw) {
			c.t.Errorf("%s holds %q", d.Name(), found)
		}
		return err
	}))
	if files < 10 || records < 1000 || halls < 100 {
		c.t.Errorf("%d files, %d records, the hall in %d of them", files, records, halls)
	}
}

// store reads a store's records, and says how many there are.
func (c *crowd) store(path string, look func(record []byte)) (records int) {
	c.t.Helper()
	db, err := leveldb.OpenFile(path, &opt.Options{ReadOnly: true})
	c.must(err)
	defer db.Close()
	all := db.NewIterator(nil, nil)
	defer all.Release()
	for all.Next() {
		records++
		look(bytes.Join([][]byte{all.Key(), all.Value()}, nil))
	}
	c.must(all.Error())
	return records
}
