package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"counterfoil/app/catalogue"
	"counterfoil/assets"
)

func TestItemsAreFoundAsOneTypes(t *testing.T) {
	c := sample(t)
	for _, q := range []struct{ typed, first string }{
		{"ylqx", "医疗器械网络销售备案"},
		{"ylqxwlxsba", "医疗器械网络销售备案"},
		{"YLQX", "医疗器械网络销售备案"},
		{"yiliao", "医疗器械网络销售备案"},
		{"yiliaoqx", "医疗器械网络销售备案"},
		{"ylqixie", "医疗器械网络销售备案"},
		{"医疗", "医疗器械网络销售备案"},
		{"wlxs", "医疗器械网络销售备案"},
		{"网络销售", "医疗器械网络销售备案"},
		{"online sales", "医疗器械网络销售备案"},
		{"yszyzc", "医师执业注册"},
		{"yishi", "医师执业注册"},
		{"syd", "生育登记"},
		{"shengyud", "生育登记"},
		{"jzzqz", "居住证签注"},
		{"lnryd", "老年人优待证办理"},
		{"gzf", "公共租赁住房资格申请"},
		{"公租房", "公共租赁住房资格申请"},
		{"spjy", "食品经营许可"},
		{"1", "医疗器械网络销售备案"},
		{"１", "医疗器械网络销售备案"},
		{"02", "医师执业注册"},
		{"3", "生育登记"},
		{"sample-0003", "生育登记"},
		{"sample0003", "生育登记"},
		{"0003", "生育登记"},
		{"SAMPLE-0001", "医疗器械网络销售备案"},
		{"physician", "医师执业注册"},
	} {
		found := c.Search(q.typed, 5)
		if len(found) == 0 || found[0].Name != q.first {
			t.Errorf("%q finds %v, want %s first", q.typed, names(c, q.typed), q.first)
		}
	}
}

func names(c *catalogue.Catalogue, typed string) []string {
	var list []string
	for _, it := range c.Search(typed, 5) {
		list = append(list, it.Name)
	}
	return list
}

func TestACharacterIsFoundByAnyOfItsReadings(t *testing.T) {
	c := sample(t)
	for _, typed := range []string{"wlgatx", "wlgath", "tongxing", "tonghang", "wanglaigangaotonghangz", "lvguan", "luguan"} {
		if len(c.Search(typed, 0)) == 0 {
			t.Errorf("%q finds nothing", typed)
		}
	}
}

func TestABureauFindsItsItems(t *testing.T) {
	c := sample(t)
	for _, typed := range []string{"公安局", "gaj", "public security"} {
		found := c.Search(typed, 0)
		if len(found) < 8 {
			t.Errorf("%q finds only %d", typed, len(found))
		}
	}
}

func TestDigitsFindTheShortNumberBeforeAnythingElse(t *testing.T) {
	c := sample(t)
	for i, it := range c.Items() {
		found := c.Search(fmt.Sprint(i+1), 3)
		if len(found) == 0 || found[0].Code != it.Code {
			t.Errorf("%d finds %v", i+1, found)
		}
	}
}

func TestNothingTypedFindsEverythingAndLimitsHold(t *testing.T) {
	c := sample(t)
	if n := len(c.Search(" ", 0)); n != len(c.Items()) {
		t.Errorf("%d of %d", n, len(c.Items()))
	}
	if n := len(c.Search("", 7)); n != 7 {
		t.Errorf("%d instead of 7", n)
	}
	for _, typed := range []string{"qqqqqq", strings.Repeat("y", 2000), "医疗 食品"} {
		if n := len(c.Search(typed, 0)); n != 0 {
			t.Errorf("%.10q finds %d", typed, n)
		}
	}
}

func TestOneMoreLetterNeverFindsMore(t *testing.T) {
	c := sample(t)
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.StringOfN(rapid.RuneFrom([]rune("yshlqxzdgju12医证")), 1, 12, -1).Draw(t, "typed")
		if typed[0] == '0' {
			return
		}
		runes := []rune(typed)
		if longer, shorter := len(c.Search(typed, 0)), len(c.Search(string(runes[:len(runes)-1]), 0)); longer > shorter {
			t.Fatalf("%q finds %d, without its last letter only %d", typed, longer, shorter)
		}
	})
}

func FuzzSearch(f *testing.F) {
	c := sample(f)
	f.Add("ylqx")
	f.Add("医疗 q\xff")
	f.Add("Ⱥ")
	f.Fuzz(func(t *testing.T, typed string) {
		if len(c.Search(typed, 3)) > 3 {
			t.Fatal("more than the limit")
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	text := string(assets.SampleCatalogue())
	head, item := text[:strings.Index(text, "[[item]]")], text[strings.Index(text, "[[item]]"):]
	var many strings.Builder
	many.WriteString(head)
	for i := range 8 { // 520 items
		many.WriteString(strings.ReplaceAll(item, "SAMPLE-", fmt.Sprintf("S%d-", i)))
	}
	c, err := catalogue.Load(strings.NewReader(many.String()), "many.toml")
	if err != nil {
		b.Fatal(err)
	}
	for _, typed := range []string{"y", "ylqx", "yiliaoqixie", "医疗", "12", "public security"} {
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				c.Search(typed, 20)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := catalogue.Sample(); err != nil {
			b.Fatal(err)
		}
	}
}
