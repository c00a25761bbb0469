package vacant

import (
	"net"
	"strings"
	"testing"
)

func TestWhatIsStartedAtAFreeAddressIsStartedThereAgain(t *testing.T) {
	address := Address()
	if !strings.HasPrefix(address, host()+":") || strings.HasPrefix(address, "127.0.0.1:") {
		t.Fatal(address)
	}
	for range 3 {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := net.Dial("tcp", address); err != nil {
			t.Error(err)
		} else {
			out.Close()
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
