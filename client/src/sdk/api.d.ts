export interface paths {
    "/.well-known/notary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a client needs to know about this deployment. */
        get: operations["discover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirms a sign-up, a new password or a new address. */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The database and the mail worker are alive, really tried. */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/salt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The salt of an address, always the same, whether or not it has an account. */
        post: operations["salt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signature": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Is my key the active one? */
        post: operations["status"];
        /** Disables the account at once. */
        delete: operations["disable"];
        options?: never;
        head?: never;
        /** Asks for a new password or a new address. */
        patch: operations["replaceKey"];
        trace?: never;
    };
    "/signup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs up, or asks for the mail once more. */
        post: operations["signUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A JWT with the claim `token`, signed by the pending key. */
        ConfirmRequest: {
            /** @description ES384, with the claim `token`. */
            jwt: string;
            /** @description The pending key's kid, where the client wants it checked. */
            kid?: string | null;
        };
        /** @description The key is active. */
        ConfirmResponse: {
            /** @description The canonical address. */
            address: string;
            /**
             * Format: int64
             * @description Seconds since 1970.
             */
            confirmed_at: number;
            /** @description Its key id. */
            kid: string;
        };
        /** @description Where to call. */
        Endpoints: {
            confirm: string;
            salt: string;
            signature: string;
            signup: string;
        };
        /** @description A JWT signed by the active key. */
        JwtRequest: {
            /** @description ES384. */
            jwt: string;
        };
        /** @description A JWT and the key that has signed it. */
        KeyRequest: {
            /** @description ES384, signed by `publicKey`. */
            jwt: string;
            /** @description The public key as a strict JWK. */
            publicKey: Record<string, never>;
        };
        /** @description Calls per IP. */
        Limits: {
            /** Format: int32 */
            calls_per_minute: number;
            /** Format: int32 */
            calls_per_second: number;
        };
        /** @description What clients ask of passwords. */
        PasswordRules: {
            /** Format: int32 */
            min_length: number;
            normalization: string;
        };
        /** @description The body of a problem (RFC 9457 section 3.1). */
        ProblemBody: {
            /** @description What happened here and what to do about it. */
            detail: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The same words for every problem of this type. */
            title: string;
            /** @description A URN that never changes: `urn:notary:problem:` and a name. */
            type: string;
        };
        /** @description What readiness rests on. */
        Readiness: {
            /** @description The database answers. */
            database: boolean;
            /** @description The mail worker makes its rounds. */
            mail_worker: boolean;
        };
        /** @description What a client asks before it makes its key. */
        SaltRequest: {
            /** @description The mail address, in any spelling. */
            address: string;
            /** @description The blinded password (RFC 9497): 49 bytes, base64url without padding. */
            blinded?: string | null;
        };
        /** @description What the client makes its key from. */
        SaltResponse: {
            /** @description The address in canonical form. */
            address: string;
            /** @description The evaluated element: 49 bytes, base64url without padding. */
            evaluated?: string | null;
            /** @description How to get from password to key. */
            kdf: Record<string, never>;
            /**
             * Format: int64
             * @description The server's time in seconds since 1970.
             */
            now: number;
            /** @description 16 bytes, standard padded base64. */
            salt: string;
        };
        /** @description The key is the active one. */
        SignatureResponse: {
            /** @description The canonical address. */
            address: string;
            /**
             * Format: int64
             * @description Seconds since 1970.
             */
            confirmed_at: number;
            /**
             * Format: int32
             * @description The version of the kdf that made the key.
             */
            kdf_v: number;
            /** @description Its key id. */
            kid: string;
        };
        /** @description What happens next. */
        StatusResponse: {
            /** @description `confirmation_sent` or `one_more_confirmation`. */
            status: string;
        };
        /** @description What a client needs to know about this deployment. */
        WellKnown: {
            /**
             * Format: int64
             * @description Seconds that a confirmation waits.
             */
            confirmation_ttl: number;
            /** @description Where to call. */
            endpoints: components["schemas"]["Endpoints"];
            /** @description From password to key. */
            kdf: Record<string, never>;
            /** @description Calls per IP. */
            limits: components["schemas"]["Limits"];
            /** @description What clients ask of passwords. */
            password: components["schemas"]["PasswordRules"];
            /** @description `NOTARY_PUBLIC_URI`: the audience of every JWT for the user side. */
            public_uri: string;
            /** @description `NOTARY_SIGNER_URI`: the signing service that goes with this one, if any. */
            signer?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    discover: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This deployment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WellKnown"];
                };
            };
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmRequest"];
            };
        };
        responses: {
            /** @description The key is active */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmResponse"];
                };
            };
            /** @description The other mailbox has to confirm, too */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusResponse"];
                };
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description Not ready */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    salt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaltRequest"];
            };
        };
        responses: {
            /** @description What the key is made from */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SaltResponse"];
                };
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JwtRequest"];
            };
        };
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignatureResponse"];
                };
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    disable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JwtRequest"];
            };
        };
        responses: {
            /** @description Disabled */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    replaceKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description A mail may be on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusResponse"];
                };
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
    signUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRequest"];
            };
        };
        responses: {
            /** @description A mail may be on its way */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusResponse"];
                };
            };
            /** @description Refused */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
            /** @description Not served */
            "5XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemBody"];
                };
            };
        };
    };
}
