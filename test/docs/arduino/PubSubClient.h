/* As PubSubClient 2.8, as far as it is used. */
#pragma once
#include "WiFiClientSecure.h"

typedef void (*MQTT_CALLBACK_SIGNATURE)(char *, uint8_t *, unsigned int);
class PubSubClient {
 public:
  PubSubClient(Client &client);
  PubSubClient &setServer(const char *domain, uint16_t port);
  PubSubClient &setCallback(MQTT_CALLBACK_SIGNATURE callback);
  bool setBufferSize(uint16_t size);
  bool connect(const char *id, const char *user, const char *pass);
  bool connected();
  int state();
  bool publish(const char *topic, const char *payload);
  bool subscribe(const char *topic, uint8_t qos);
  bool loop();
};
