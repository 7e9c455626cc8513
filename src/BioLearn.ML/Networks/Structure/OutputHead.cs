using System.Numerics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>
/// Output non-linearity and per-sample loss ℓ of a network; t is the target, a the last pre-activation. Derive from this class for a
/// loss of your own, and <see cref="Register"/> it where saved models are loaded.
/// </summary>
[SavedForm(typeof(OutputHeadForm))]
public abstract class OutputHead
{
    private static readonly OutputHead[] Standard = [new LinearSquaredErrorHead(), new SigmoidSquaredErrorHead(), new SigmoidCrossEntropyHead(), new SoftmaxCrossEntropyHead()];
    private static readonly Dictionary<string, OutputHead> Known = Standard.ToDictionary(h => h.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Names a head.</summary>
    /// <param name="name">Stable name, under which saved models keep it.</param>
    protected OutputHead(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>y = a, ℓ = ½‖y − t‖², output error y − t.</summary>
    public static OutputHead LinearSquaredError => Standard[0];

    /// <summary>y = σ(a), ℓ = ½‖y − t‖², output error (y − t) y (1 − y).</summary>
    public static OutputHead SigmoidSquaredError => Standard[1];

    /// <summary>y = σ(a), ℓ = −Σ [t log y + (1 − t) log(1 − y)], output error y − t.</summary>
    public static OutputHead SigmoidCrossEntropy => Standard[2];

    /// <summary>y = softmax(a), ℓ = −Σ t log y, output error y − t.</summary>
    public static OutputHead SoftmaxCrossEntropy => Standard[3];

    /// <summary>The heads of the library.</summary>
    public static IReadOnlyList<OutputHead> All => Standard;

    /// <summary>Stable name, under which saved models keep it.</summary>
    public string Name { get; }

    /// <summary>Whether the outputs of a sample are probabilities that sum to 1.</summary>
    public virtual bool SumsToOne => false;

    /// <summary>The numbers that outputs y can be. Default: any.</summary>
    public virtual ActivityRange Range => ActivityRange.Any;

    /// <summary>Whether a is the logit of a probability y, output by output.</summary>
    public virtual bool IsLogit => false;

    /// <summary>Lets saved models and the command line name a head of your own.</summary>
    /// <param name="head">The head.</param>
    public static void Register(OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        lock (Known)
            Known[head.Name] = head;
    }

    /// <summary>The head of a name, capitals or not; null if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The head.</returns>
    public static OutputHead? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (Known)
            return Known.GetValueOrDefault(name);
    }

    /// <summary>y from a_L.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">Pre-activations, [batch, outputs].</param>
    /// <param name="y">Receives the outputs, [batch, outputs].</param>
    public abstract void Output<T>(Signal<T> a, Signal<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>∂ℓ_b/∂a_L, one row a sample.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="y">Outputs, [batch, outputs].</param>
    /// <param name="target">Targets, [batch, outputs].</param>
    /// <param name="delta">Receives the errors, [batch, outputs].</param>
    public abstract void Error<T>(Signal<T> y, Signal<T> target, Signal<T> delta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>ℓ_b of every sample.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="a">Pre-activations, [batch, outputs].</param>
    /// <param name="y">Outputs, [batch, outputs].</param>
    /// <param name="target">Targets, [batch, outputs].</param>
    /// <param name="losses">Receives the losses, [batch, 1].</param>
    public abstract void Loss<T>(Signal<T> a, Signal<T> y, Signal<T> target, Signal<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the output non-linearity as ONNX.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="sums">Name of the tensor of pre-activations.</param>
    /// <returns>Name of the tensor of outputs.</returns>
    /// <exception cref="NotSupportedException">The head has no ONNX form.</exception>
    public virtual string WriteOnnx(IOnnxNodes writer, string sums) =>
        throw new NotSupportedException($"The head {Name} cannot be written as ONNX.");

    /// <inheritdoc/>
    public override string ToString() => Name;
}
