package program

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/devices/hid/transcript"
	"counterfoil/devices/signpad/stu"
)

func TestTheExchangeWithThePadIsWrittenDownAndPlaysBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pad.txt")
	var out, errs bytes.Buffer
	args := []string{"devices", "--practice", "--record", file}
	if code := Main(t.Context(), args, &out, &errs); code != 0 || !strings.Contains(out.String(), "pen reports") {
		t.Fatalf("%d: %s%s", code, out.String(), errs.String())
	}
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	player, err := transcript.Play(in)
	if err != nil {
		t.Fatal(err)
	}
	d, err := stu.New(t.Context(), player, stu.DefaultOpts())
	if err != nil {
		t.Fatal(err)
	}
	if s, err := d.Read(context.Background()); err != nil || !s.Near {
		t.Errorf("the first sample: %+v %v", s, err)
	}
	before, _ := os.ReadFile(file)
	if code := Main(t.Context(), args, &out, &errs); code != 1 {
		t.Errorf("a file that is there: %d", code)
	}
	if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
		t.Error("a file that was there is written over")
	}
	if code := Main(t.Context(), []string{"devices"}, &out, &errs); code != 1 {
		t.Errorf("without a file: %d", code)
	}
}
