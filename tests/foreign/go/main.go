// An event function in the plainest Go: the standard library's server as it comes.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

func invoke(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	event, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Printf("%s\n", event)
	fmt.Fprint(w, "Hello, World!")
}

func main() {
	port := "9000"
	for _, name := range []string{"FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT"} {
		if told := os.Getenv(name); told != "" {
			port = told
		}
	}
	http.HandleFunc("/invoke", invoke)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}
