package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

var auditClient = &http.Client{Timeout: 5 * time.Second}

// SendAudit has the audit service keep a line. It is signed: nobody else may write there.
func SendAudit(url, line string) error {
	request, err := http.NewRequest(http.MethodPost, url+"/audit", strings.NewReader(line))
	if err != nil {
		return err
	}
	request.Header.Set("x-signature", Sign(line))
	response, err := auditClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusAccepted {
		return fmt.Errorf("audit-service answers %s", response.Status)
	}
	return nil
}

// Sign is the signature of a text with the key that all services share.
func Sign(text string) string {
	mac := hmac.New(sha256.New, []byte(Setting("SIGNING_KEY")))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// IsSigned says whether one of ours wrote it.
func IsSigned(text, signature string) bool {
	return hmac.Equal([]byte(Sign(text)), []byte(signature))
}
