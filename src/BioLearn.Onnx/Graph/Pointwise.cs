namespace BioLearn.Onnx.Graph;

/// <summary>Values and slopes of the elementwise functions, in double precision.</summary>
internal static class Pointwise
{
    private static readonly double GeluRoot = Math.Sqrt(2 / Math.PI);

    public static double Value(ActivationNode f, double x) => f.Kind switch
    {
        ActivationKind.Relu => Math.Max(0, x),
        ActivationKind.LeakyRelu => x >= 0 ? x : f.Alpha * x,
        ActivationKind.Clip => Math.Min(Math.Max(x, f.Min), f.Max),
        ActivationKind.Sigmoid => Sigmoid(x),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Elu => x >= 0 ? x : f.Alpha * (Math.Exp(x) - 1),
        ActivationKind.Selu => f.Beta * (x > 0 ? x : f.Alpha * (Math.Exp(x) - 1)),
        ActivationKind.Celu => x >= 0 ? x : f.Alpha * (Math.Exp(x / f.Alpha) - 1),
        ActivationKind.Softplus => Softplus(x),
        ActivationKind.Softsign => x / (1 + Math.Abs(x)),
        ActivationKind.ThresholdedRelu => x > f.Alpha ? x : 0,
        ActivationKind.HardSigmoid => Math.Clamp(f.Alpha * x + f.Beta, 0, 1),
        ActivationKind.Erf => Erf(x),
        ActivationKind.Exp => Math.Exp(x),
        ActivationKind.Log => Math.Log(x),
        ActivationKind.Sqrt => Math.Sqrt(x),
        ActivationKind.Abs => Math.Abs(x),
        ActivationKind.Power => Math.Pow(x, f.Alpha),
        ActivationKind.Reciprocal => 1 / x,
        ActivationKind.Sign => x > 0 ? 1 : x < 0 ? -1 : 0,
        ActivationKind.Floor => Math.Floor(x),
        ActivationKind.Ceil => Math.Ceiling(x),
        ActivationKind.Round => Math.Round(x),
        ActivationKind.Sin => Math.Sin(x),
        ActivationKind.Cos => Math.Cos(x),
        ActivationKind.Atan => Math.Atan(x),
        ActivationKind.Asin => Math.Asin(x),
        ActivationKind.Acos => Math.Acos(x),
        ActivationKind.Sinh => Math.Sinh(x),
        ActivationKind.Cosh => Math.Cosh(x),
        ActivationKind.Asinh => Math.Asinh(x),
        ActivationKind.Acosh => Math.Acosh(x),
        ActivationKind.Atanh => Math.Atanh(x),
        ActivationKind.Positive => x > 0 ? 1 : 0,
        ActivationKind.NotNegative => x >= 0 ? 1 : 0,
        ActivationKind.Zero => x == 0 ? 1 : 0,
        ActivationKind.Shrink => x > f.Alpha ? x - f.Beta : x < -f.Alpha ? x + f.Beta : 0,
        _ => x * Gate(f, x),
    };

    /// <summary>What a gated activation multiplies its input by.</summary>
    public static double Gate(ActivationNode f, double x) => f.Kind switch
    {
        ActivationKind.HardSwish => Math.Clamp(x / 6 + .5, 0, 1),
        ActivationKind.Swish => Sigmoid(f.Alpha * x),
        ActivationKind.Gelu => (1 + Erf(x / Math.Sqrt(2))) / 2,
        ActivationKind.GeluTanh => (1 + Math.Tanh(GeluRoot * (x + .044715 * x * x * x))) / 2,
        ActivationKind.Mish => Math.Tanh(Softplus(x)),
        _ => throw new InvalidOperationException($"{f} is no gate"),
    };

    /// <summary>The derivative; at a corner that of the side where the function is flat.</summary>
    public static double Slope(ActivationNode f, double x)
    {
        switch (f.Kind)
        {
            case ActivationKind.Relu: return x > 0 ? 1 : 0;
            case ActivationKind.LeakyRelu: return x > 0 ? 1 : f.Alpha;
            case ActivationKind.Clip: return x > f.Min && x < f.Max ? 1 : 0;
            case ActivationKind.Sigmoid: return Sigmoid(x) * (1 - Sigmoid(x));
            case ActivationKind.Tanh: return 1 - Math.Tanh(x) * Math.Tanh(x);
            case ActivationKind.Elu: return x > 0 ? 1 : f.Alpha * Math.Exp(x);
            case ActivationKind.Selu: return f.Beta * (x > 0 ? 1 : f.Alpha * Math.Exp(x));
            case ActivationKind.Celu: return x > 0 ? 1 : Math.Exp(x / f.Alpha);
            case ActivationKind.Softplus: return Sigmoid(x);
            case ActivationKind.Softsign: return 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)));
            case ActivationKind.ThresholdedRelu: return x > f.Alpha ? 1 : 0;
            case ActivationKind.HardSigmoid: return f.Alpha * x + f.Beta is > 0 and < 1 ? f.Alpha : 0;
            case ActivationKind.HardSwish: return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + .5;
            case ActivationKind.Swish:
                double g = Sigmoid(f.Alpha * x);
                return g + f.Alpha * x * g * (1 - g);
            case ActivationKind.Gelu: return Gate(f, x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
            case ActivationKind.GeluTanh:
                double t = Math.Tanh(GeluRoot * (x + .044715 * x * x * x));
                return (1 + t) / 2 + x * (1 - t * t) * GeluRoot * (1 + 3 * .044715 * x * x) / 2;
            case ActivationKind.Mish:
                double m = Math.Tanh(Softplus(x));
                return m + x * (1 - m * m) * Sigmoid(x);
            case ActivationKind.Erf: return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);
            case ActivationKind.Exp: return Math.Exp(x);
            case ActivationKind.Log: return 1 / x;
            case ActivationKind.Sqrt: return x > 0 ? .5 / Math.Sqrt(x) : 0;
            case ActivationKind.Abs: return x > 0 ? 1 : x < 0 ? -1 : 0;
            case ActivationKind.Power: return f.Alpha * Math.Pow(x, f.Alpha - 1) is var p && double.IsFinite(p) ? p : 0;
            case ActivationKind.Reciprocal: return -1 / (x * x);
            case ActivationKind.Atan: return 1 / (1 + x * x);
            case ActivationKind.Asin: return 1 / Math.Sqrt(1 - x * x);
            case ActivationKind.Acos: return -1 / Math.Sqrt(1 - x * x);
            case ActivationKind.Sinh: return Math.Cosh(x);
            case ActivationKind.Cosh: return Math.Sinh(x);
            case ActivationKind.Asinh: return 1 / Math.Sqrt(1 + x * x);
            case ActivationKind.Acosh: return 1 / Math.Sqrt(x * x - 1);
            case ActivationKind.Atanh: return 1 / (1 - x * x);
            case ActivationKind.Positive or ActivationKind.NotNegative or ActivationKind.Zero or ActivationKind.Sign or ActivationKind.Floor or ActivationKind.Ceil or ActivationKind.Round: return 0;
            case ActivationKind.Sin: return Math.Cos(x);
            case ActivationKind.Cos: return -Math.Sin(x);
            case ActivationKind.Shrink: return Math.Abs(x) > f.Alpha ? 1 : 0;
            default: throw new InvalidOperationException($"{f} has no known slope");
        }
    }

    private static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    // The series near 0, the continued fraction of the complement elsewhere: both to double precision.
    private static double Erf(double x)
    {
        double z = Math.Abs(x);
        if (!(z <= 6)) return Math.CopySign(1, x);
        if (z < 2.5)
        {
            double term = z, sum = z;
            for (int n = 1; Math.Abs(term) > 1e-17 * sum; n++)
            {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
                if (term == 0) break;
            }
            return Math.CopySign(2 / Math.Sqrt(Math.PI) * sum, x);
        }
        double fraction = 0;
        for (int k = 60; k > 0; k--) fraction = k / 2.0 / (z + fraction);
        return Math.CopySign(1 - Math.Exp(-z * z) / (Math.Sqrt(Math.PI) * (z + fraction)), x);
    }
}
