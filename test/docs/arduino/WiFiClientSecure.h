/* As WiFiClientSecure of the ESP32 core, as far as it is used. */
#pragma once
#include "Arduino.h"

enum wl_status_t { WL_IDLE_STATUS = 0, WL_CONNECTED = 3 };
struct WiFiClass {
  wl_status_t begin(const char *ssid, const char *passphrase);
  wl_status_t status();
};
extern WiFiClass WiFi;
class Client {};
class WiFiClientSecure : public Client {
 public:
  void setCACert(const char *rootCA);
};
