package phone_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
	"counterfoil/sync/ledger/receipt"
)

// opensTheReceipt is somebody who never registered, with a small phone.
func opensTheReceipt(t *testing.T, h *hand, c *centre, words words) {
	h.narrow()
	c.book.change(func() { c.book.shown = 0 })
	h.open(c.book.link())
	h.read(words("尚未上链", "Not on the ledger yet"))
	h.picture("receipt-waits")
	c.book.change(func() { c.book.shown = 5 })
	h.read(words("后面的步骤尚未上链", "Later steps are not on the ledger yet")) // it looks again by itself
	h.picture("receipt-under-way")
	c.book.change(func() { c.book.shown = 6 })
	h.read(words("已提交", "Submitted"))
	h.verdict("holds")
	for _, text := range []string{words("医疗器械网络销售备案", "Filing of online sales of medical devices"), words("统一社会信用代码", "Unified social credit code"),
		words("第 4711 块", "block 4711"), "2026-11-23 10:12:05", "2026-11-23 10:15:02", words("3 分钟上链", "3 min late"), string(c.book.id), words("这证明什么", "What this proves")} {
		h.read(text)
	}
	h.picture("receipt")
	h.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach((d) => { d.open = true; }); window.scrollTo(0, 1e6)`))
	h.picture("receipt-end")
	h.savedProof(t, c)
	h.open(see(h, chromedp.Evaluate[string](`document.querySelector('a[href^="/#proof/"]').getAttribute("href")`)))
	h.read(words("开始办理", "Opened"))
	h.verdict("holds")
	h.picture("proof")
	h.do(chromedp.Evaluate[chromedp.Void](`document.documentElement.style.setProperty("font-size", "200%")`))
	h.picture("proof-large")
	h.open("/v/" + string(c.book.id))
	h.read(words("链接里没有“#”", "The link lacks what stands behind"))
	h.verdict("holds")
	h.picture("receipt-no-salt")
	h.open("/v/" + string(c.book.id) + "#" + protocol.ReceiptFragment(protocol.NewSalt()))
	h.read(words("打不开这个办件", "does not open this case"))
	if h.says(words("医疗器械", "medical devices")) {
		t.Error("who lacks the salt reads the item")
	}
	h.do(chromedp.Evaluate[chromedp.Void](`SubtleCrypto.prototype.importKey = async () => { throw new DOMException("", "NotSupportedError"); }`)) // an older browser
	h.tap("#language")
	h.verdict("unable")
	h.read("12:05") // shown as not checked
	h.do(chromedp.WaitVisible("#save-proof"))
	h.picture("receipt-unable")
}

// opensAReceiptOfSuite2: no browser has SM3; the page's own agrees with package
// protocol, and with it the receipt of a counter of suite 2 is checked as any other.
func opensAReceiptOfSuite2(t *testing.T, h *hand, c *centre, words words) {
	key, err := protocol.DeriveSM2Key([]byte("a counter of suite 2"), "test")
	if err != nil {
		t.Fatal(err)
	}
	b := newBookBy(t, "own", key)
	c.book.change(func() {
		c.book.key, c.book.id, c.book.salt, c.book.grant, c.book.entries, c.book.raw, c.book.receipt, c.book.trust = b.key, b.id, b.salt, b.grant, b.entries, b.raw, b.receipt, b.trust
	})
	h.open(c.book.link())
	h.verdict("holds")
	for _, text := range []string{words("已提交", "Submitted"), words("医疗器械网络销售备案", "Filing of online sales of medical devices"), words("统一社会信用代码", "Unified social credit code")} {
		h.read(text)
	}
	h.savedProof(t, c)
	c.book.change(func() { c.book.lie = func(p *protocol.LedgerProven) { p.Entry[len(p.Entry)-1] ^= 1 } })
	h.open("/")
	h.open(c.book.link())
	h.verdict("fails")
	if got := h.why(); got != "digest" {
		t.Errorf("an altered signature: it says %q", got)
	}
	type hashed struct {
		Content []byte `json:"content"`
		Digest  []byte `json:"digest"`
		Code    []byte `json:"code"`
	}
	var all []hashed
	for n := range 140 { // around every length of a last block
		content := bytes.Repeat([]byte{byte(n)}, n)
		d, m := protocol.Suite2.Digest(content), protocol.Suite2.Commit(b.salt, content)
		all = append(all, hashed{content, d[:], m[:]})
	}
	asked, err := json.Marshal(map[string]any{"salt": b.salt[:], "all": all})
	if err != nil {
		t.Fatal(err)
	}
	wrong := see(h, chromedp.Evaluate[[]int](`(async ({ salt, all }) => {
		const { suites } = await import("/page/suite.js");
		const { fromBase64, toBase64 } = await import("/page/bytes.js");
		const wrong = [];
		for (const [n, one] of all.entries()) {
			const content = fromBase64(one.content);
			if (toBase64(suites[2].digest(content)) !== one.digest || toBase64(suites[2].commit(fromBase64(salt), content)) !== one.code) wrong.push(n);
		}
		return wrong;
	})(`+string(asked)+`)`, chromedp.EvalAwaitPromise))
	if len(wrong) > 0 {
		t.Errorf("the page's SM3 differs for %v bytes", wrong)
	}
}

// catchesALyingServer reads what the page says of each lie.
func catchesALyingServer(t *testing.T, h *hand, c *centre, words words) {
	h.narrow()
	other := newBook(t, "other")
	for why, lie := range map[string]func(*protocol.LedgerProven){
		"digest":  func(p *protocol.LedgerProven) { p.Entry[len(p.Entry)-1] ^= 1 },
		"receipt": func(p *protocol.LedgerProven) { p.Receipt[len(p.Receipt)-10] = 'f' - p.Receipt[len(p.Receipt)-10]%2 },
		"content": func(p *protocol.LedgerProven) { p.Entry = p.Entry[1:] },
	} {
		c.book.change(func() { c.book.lie = lie })
		h.open("/")
		h.open(c.book.link())
		h.verdict("fails")
		if got := h.why(); got != why {
			t.Errorf("want %s, it says %q", why, got)
		}
		if h.says(words("医疗器械", "medical devices")) {
			t.Errorf("%s: it goes on to the item", why)
		}
	}
	h.picture("proof-fails")
	c.book.change(func() { c.book.lie, c.book.foreign = nil, other.trust })
	h.open("/")
	h.open(c.book.link())
	h.verdict("fails")
	c.book.change(func() {
		c.book.foreign, c.book.lied = nil, func(g *casework.Grant) {
			g.Needs = []casework.LicenceNeed{{Kind: "id-card", Fields: []casework.FieldID{"name"}}}
		}
	})
	h.open("/")
	h.open(c.book.link())
	h.read(words("与链上的承诺不符", "not what the ledger commits to"))
	h.verdict("holds") // and its ledger is remembered
	id, entries, raw, receipts, trust := c.book.id, c.book.entries, c.book.raw, c.book.receipt, c.book.trust
	c.book.change(func() {
		c.book.id, c.book.salt, c.book.grant, c.book.entries, c.book.raw, c.book.receipt, c.book.trust, c.book.lied = other.id, other.salt, other.grant, other.entries, other.raw, other.receipt, other.trust, nil
	})
	h.open("/")
	h.open(c.book.link())
	h.verdict("changed")
	h.picture("ledger-changed")
	h.tap("#believe")
	h.verdict("holds")
	c.book.change(func() {
		c.book.id, c.book.entries, c.book.raw, c.book.receipt, c.book.trust = id, entries, raw, receipts, trust
	})
}

// verdict waits for what the page says of the proof.
func (h *hand) verdict(want string) {
	h.t.Helper()
	h.do(chromedp.WaitVisible(`[data-verdict="` + want + `"]`))
}

func (h *hand) why() string {
	h.t.Helper()
	return see(h, chromedp.Evaluate[string](`document.querySelector("[data-why]")?.dataset.why || ""`))
}

// savedProof downloads the proof and checks it as counterfoil-verify does.
func (h *hand) savedProof(t *testing.T, c *centre) {
	t.Helper()
	text := see(h, chromedp.Evaluate[string](`new Promise((got) => {
		const real = URL.createObjectURL;
		URL.createObjectURL = (blob) => { blob.text().then(got); URL.createObjectURL = real; return real.call(URL, blob); };
		HTMLAnchorElement.prototype.click = () => {}; // nothing is written to this machine's disk
		document.getElementById("save-proof").click();
	})`, chromedp.EvalAwaitPromise))
	p, err := protocol.ReadProof([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	trust, err := receipt.ParseTrust(p.Trust)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trust.Verify(p.Receipt, p.Entry); err != nil {
		t.Error(err)
	}
	if d := c.book.digests(); protocol.DigestOf(p.Entry) != d[len(d)-1] {
		t.Error("it is the proof of another entry")
	}
}

// triple is what both verifiers judge.
type triple struct {
	Trust   []byte `json:"trust"`
	Receipt []byte `json:"receipt"`
	Entry   []byte `json:"entry"`
}

// verdict is the height and the time, or nothing.
func (t triple) verdict() string {
	trust, err := receipt.ParseTrust(t.Trust)
	if err != nil {
		return ""
	}
	v, err := trust.Verify(t.Receipt, t.Entry)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d", v.Height, v.Time.UnixNano())
}

// judgesAsTheVerifierDoes has the page and package receipt judge the same altered
// proofs: of a block of four validators, and of a real ledger whose validators
// changed seven times.
func judgesAsTheVerifierDoes(t *testing.T, h *hand, c *centre) {
	all := mutants(t, c.book)
	raw, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	h.open("/")
	h.do(chromedp.WaitVisible("#language"))
	got := see(h, chromedp.Evaluate[[]string](`(async (all) => {
		const { trusting } = await import("/page/ledger.js");
		const { fromBase64 } = await import("/page/bytes.js");
		const out = [];
		for (const one of all) {
			try {
				const { verifier } = await trusting(fromBase64(one.trust));
				const seen = await verifier.verify(fromBase64(one.receipt), fromBase64(one.entry));
				out.push(seen.height + " " + seen.nanos);
			} catch (e) { out.push(""); }
		}
		return out;
	})(`+string(raw)+`)`, chromedp.EvalAwaitPromise))
	held := 0
	for i, one := range all {
		want := one.verdict()
		if want != "" {
			held++
		}
		if got[i] != want {
			t.Errorf("%d: the page says %q, the verifier %q: %s", i, got[i], want, one.Receipt)
		}
	}
	t.Logf("%d proofs, %d of them hold for both", len(all), held)
	if held < 10 || held > len(all)/2 {
		t.Error("the campaign is one-sided: it would notice nothing")
	}
}

// mutants returns good proofs and altered ones.
func mutants(t *testing.T, b *book) (all []triple) {
	t.Helper()
	r := rand.New(rand.NewPCG(20261126, 1))
	encode := func(x receipt.Receipt) []byte {
		raw, err := x.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for i := range b.raw {
		all = append(all, triple{b.trust, encode(b.receipt[i]), b.raw[i]}, triple{b.trust, encode(b.receipt[i]), b.raw[(i+1)%len(b.raw)]})
	}
	for _, change := range changes() {
		x := deep(t, b.receipt[2])
		change(&x)
		all = append(all, triple{b.trust, encode(x), b.raw[2]})
	}
	file, err := os.ReadFile("../../../sync/ledger/cmd/counterfoil-verify/testdata/changes.zip")
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Entries {
		all = append(all, triple{m.Trust, m.Receipts[i], m.Entries[i]}, triple{b.trust, m.Receipts[i], m.Entries[i]})
	}
	links, err := receipt.ParseTrust(m.Trust)
	if err != nil {
		t.Fatal(err)
	}
	for i := range links.Links {
		for _, list := range [][]receipt.Link{slices.Delete(slices.Clone(links.Links), i, i+1), links.Links[:i], append([]receipt.Link{links.Links[i]}, links.Links...)} {
			other := links
			other.Links = list
			if raw, err := json.Marshal(other); err == nil {
				all = append(all, triple{raw, m.Receipts[i%len(m.Receipts)], m.Entries[i%len(m.Entries)]})
			}
		}
	}
	for n := range 240 {
		one := triple{slices.Clone(b.trust), encode(b.receipt[n%6]), slices.Clone(b.raw[n%6])}
		if n%3 == 0 {
			one = triple{slices.Clone(m.Trust), slices.Clone(m.Receipts[n%7]), slices.Clone(m.Entries[n%7])}
		}
		part := [][]byte{one.Trust, one.Receipt, one.Receipt, one.Entry}[r.IntN(4)]
		if at := r.IntN(len(part)); n%2 == 0 {
			part[at] ^= 1 << r.IntN(7)
		} else {
			part[at] = "0123456789abcdef\",: []{}n"[r.IntN(25)]
		}
		all = append(all, one)
	}
	for _, text := range []string{`{"format":2,"path":[]`, " " + string(encode(b.receipt[0])), string(encode(b.receipt[0])) + "\n", "", "null"} {
		all = append(all, triple{b.trust, []byte(text), b.raw[0]})
	}
	return all
}

func deep(t *testing.T, x receipt.Receipt) (out receipt.Receipt) {
	t.Helper()
	raw, err := x.Encode()
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changes are what a liar, or a lying validator, might try.
func changes() []func(*receipt.Receipt) {
	list := []func(*receipt.Receipt){
		func(x *receipt.Receipt) { x.Path[0].Left, x.Path[0].Right = x.Path[0].Right, x.Path[0].Left },
		func(x *receipt.Receipt) { x.Path[0].Left, x.Path[0].Right = x.Path[1].Right, x.Path[1].Left },
		func(x *receipt.Receipt) { slices.Reverse(x.Path) },
		func(x *receipt.Receipt) { x.Path = x.Path[1:] },
		func(x *receipt.Receipt) { x.Path = nil },
		func(x *receipt.Receipt) { x.Path = []receipt.Sibling{} },
		func(x *receipt.Receipt) { x.Path = append(x.Path, receipt.Sibling{}) },
		func(x *receipt.Receipt) { x.Signatures = nil },
		func(x *receipt.Receipt) { x.Signatures = x.Signatures[1:] },
		func(x *receipt.Receipt) { x.Signatures[0], x.Signatures[1] = x.Signatures[1], x.Signatures[0] },
		func(x *receipt.Receipt) { x.Signatures[0].Bytes = x.Signatures[0].Bytes[:63] },
		func(x *receipt.Receipt) { x.Header.ChainID = "another" },
		func(x *receipt.Receipt) { x.Header.ChainID = "a\u2028\"\\\x01\x7f" },
		func(x *receipt.Receipt) { x.Header.Height = 0 },
		func(x *receipt.Receipt) { x.Header.Time = -1 },
		func(x *receipt.Receipt) { x.Round = -1 },
		func(x *receipt.Receipt) { x.Parts.Hash = x.Parts.Hash[1:] },
		func(x *receipt.Receipt) { x.Header.BlockVersion = 12 },
	}
	for i := range 4 {
		list = append(list, func(x *receipt.Receipt) { x.Signatures[i] = nil }, // more than two thirds are left
			func(x *receipt.Receipt) { x.Signatures[i], x.Signatures[(i+1)%4] = nil, nil },
			func(x *receipt.Receipt) { x.Signatures[i].Nil = true },
			func(x *receipt.Receipt) { x.Signatures[i].Time++ },
			func(x *receipt.Receipt) { x.Signatures[i].Bytes[i*9] ^= 1 })
	}
	for _, field := range []func(*receipt.Header) *receipt.Hex{
		func(h *receipt.Header) *receipt.Hex { return &h.LastBlock.Hash }, func(h *receipt.Header) *receipt.Hex { return &h.LastCommitHash }, func(h *receipt.Header) *receipt.Hex { return &h.DataHash },
		func(h *receipt.Header) *receipt.Hex { return &h.ValidatorsHash }, func(h *receipt.Header) *receipt.Hex { return &h.NextValidatorsHash }, func(h *receipt.Header) *receipt.Hex { return &h.ConsensusHash },
		func(h *receipt.Header) *receipt.Hex { return &h.AppHash }, func(h *receipt.Header) *receipt.Hex { return &h.LastResultsHash }, func(h *receipt.Header) *receipt.Hex { return &h.EvidenceHash }, func(h *receipt.Header) *receipt.Hex { return &h.ProposerAddress }} {
		list = append(list, func(x *receipt.Receipt) { (*field(&x.Header))[3] ^= 1 }, func(x *receipt.Receipt) { *field(&x.Header) = nil })
	}
	for _, n := range []int64{1, 1 << 40, 1<<63 - 1} {
		list = append(list, func(x *receipt.Receipt) { x.Header.Height = n }, func(x *receipt.Receipt) { x.Header.AppVersion = uint64(n) }, func(x *receipt.Receipt) { x.Signatures[2].Time = n })
	}
	return list
}
