using System.Numerics.Tensors;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Spiking;

/// <summary>
/// The network of Diehl and Cook (2015) at work: input spikes excite neurons, each of which excites an inhibitory neuron that inhibits all others. With learning,
/// synapses have the traces of the authors' program: x_pre becomes 1 at a spike of the input, x_1 and x_2 at one of the neuron, and decay with 20, 20 and 40 ms;
/// at a spike of the input w falls by η_pre x_1, at one of the neuron it grows by η_post x_pre x_2, x_2 as it was before the spike; w stays in [0, 1].
/// </summary>
/// <remarks>
/// Every presentation begins at rest: the pause of 150 ms between pictures is there for that alone. The delays of 0 to 10 ms of the program's input synapses, of
/// which the paper says nothing, are left out.
/// </remarks>
internal sealed class CompetingSpikes
{
    private const float InputTrace = 20, FirstTrace = 20, SecondTrace = 40, Pause = 150;
    private const float StartThreshold = 20, ExcitatoryThreshold = -72, InhibitoryThreshold = -40; // the excitatory one lies θ above it, -52 at the start
    private const float RateIncrement = 32;
    private const int MostAttempts = 20;

    private readonly CompetitionSetting _setting;
    private readonly int _features, _units;
    private readonly ConductanceNeurons _excitatory, _inhibitory;
    private readonly PoissonSpikes _input;
    private readonly float[] _thresholds, _inhibitoryThresholds, _first, _second, _sums;
    private readonly int[] _lastInput;
    private readonly List<int> _fired = [], _inhibiting = [];

    /// <param name="features">Inputs.</param>
    /// <param name="units">Neurons.</param>
    /// <param name="setting">Constants.</param>
    /// <param name="weights">W', [features, units]: learned in place.</param>
    /// <param name="theta">θ, a unit each: learned in place.</param>
    public CompetingSpikes(int features, int units, CompetitionSetting setting, float[] weights, float[] theta)
    {
        (_features, _units, _setting, Weights, Theta) = (features, units, setting, weights, theta);
        (_excitatory, _inhibitory) = (ConductanceNeurons.OfExcitatory(units, setting.TimeStep), ConductanceNeurons.OfInhibitory(units, setting.TimeStep));
        _input = new(setting.Steps);
        (_thresholds, _first, _second, _sums) = (new float[units], new float[units], new float[units], new float[units]);
        _inhibitoryThresholds = new float[units];
        Array.Fill(_inhibitoryThresholds, InhibitoryThreshold);
        _lastInput = new int[features];
    }

    /// <summary>Throws where the work is to end; asked before every step, since with many neurons a presentation takes seconds.</summary>
    public Action? Interruption { get; init; }

    public float[] Weights { get; }

    public float[] Theta { get; }

    /// <summary>Weights and thresholds before anything is learned.</summary>
    public static (float[] Weights, float[] Theta) Start(int features, int units, long seed)
    {
        float[] weights = new float[features * units], theta = new float[units];
        new RandomStream(seed, "weights").FillUniform(weights, 0.003f, 0.303f);
        Array.Fill(theta, StartThreshold);
        return (weights, theta);
    }

    /// <summary>Shows a row until it makes enough spikes.</summary>
    /// <param name="row">Features.</param>
    /// <param name="stream">Draws the spikes of the input.</param>
    /// <param name="learning">η and what else there is of learning; null where nothing is learned.</param>
    /// <param name="counts">Receives the spikes of each neuron in the last presentation.</param>
    /// <returns>Number of presentations.</returns>
    public int Show(ReadOnlySpan<float> row, RandomStream stream, CompetitionLearning? learning, Span<float> counts)
    {
        if (learning is not null)
            Normalize(learning.TotalWeight);
        for (int attempt = 0; ; attempt++)
        {
            double rate = _setting.MaximumRate + (RateIncrement * attempt);
            bool any = _input.Draw(row, rate * _setting.TimeStep / 1000, stream);
            int spikes = Present(learning, counts);
            if (!any || spikes >= _setting.LeastSpikes || attempt + 1 == MostAttempts)
                return attempt + 1;
        }
    }

    private int Present(CompetitionLearning? learning, Span<float> counts)
    {
        counts.Clear();
        _excitatory.Rest();
        _inhibitory.Rest();
        Array.Clear(_first);
        Array.Clear(_second);
        Array.Fill(_lastInput, -1);
        TensorPrimitives.Add(Theta, ExcitatoryThreshold, _thresholds);
        float firstDecay = MathF.Exp(-_setting.TimeStep / FirstTrace), secondDecay = MathF.Exp(-_setting.TimeStep / SecondTrace);
        int spikes = 0;
        for (int t = 0; t < _setting.Steps; t++)
        {
            Interruption?.Invoke();
            bool traces = learning is not null && spikes > 0;
            if (traces)
            {
                TensorPrimitives.Multiply(_first, firstDecay, _first);
                TensorPrimitives.Multiply(_second, secondDecay, _second);
            }
            foreach (int i in _input[t])
            {
                Span<float> weights = Weights.AsSpan(i * _units, _units);
                TensorPrimitives.Add(_excitatory.Excitation, weights, _excitatory.Excitation);
                _lastInput[i] = t;
                if (traces)
                {
                    TensorPrimitives.MultiplyAdd(_first, -learning!.DepressionRate, weights, weights);
                    TensorPrimitives.Max(weights, 0f, weights);
                }
            }
            _excitatory.Step(_thresholds, _fired);
            foreach (int n in _fired)
            {
                spikes++;
                counts[n]++;
                if (learning is not null)
                    Learn(n, t, learning);
            }
            _inhibitory.Step(_inhibitoryThresholds, _inhibiting);
            // Spikes arrive in the step after.
            foreach (int n in _fired)
                _inhibitory.Excitation[n] += _setting.ExcitatoryWeight;
            if (_inhibiting.Count > 0)
            {
                TensorPrimitives.Add(_excitatory.Inhibition, _setting.InhibitoryWeight * _inhibiting.Count, _excitatory.Inhibition);
                foreach (int n in _inhibiting)
                    _excitatory.Inhibition[n] -= _setting.InhibitoryWeight;
            }
        }
        if (learning is not null)
            TensorPrimitives.Multiply(Theta, MathF.Exp(-(_setting.PresentationTime + Pause) / learning.ThresholdTimeConstant), Theta);
        return spikes;
    }

    /// <summary>A spike of neuron <paramref name="n"/> in step <paramref name="t"/>.</summary>
    private void Learn(int n, int t, CompetitionLearning learning)
    {
        float growth = learning.LearningRate * _second[n];
        for (int i = 0; growth > 0 && i < _features; i++)
        {
            if (_lastInput[i] < 0)
                continue;
            ref float weight = ref Weights[(i * _units) + n];
            weight = Math.Min(weight + (growth * MathF.Exp((_lastInput[i] - t) * _setting.TimeStep / InputTrace)), 1);
        }
        (_first[n], _second[n]) = (1, 1);
        Theta[n] += learning.ThresholdIncrement;
        _thresholds[n] += learning.ThresholdIncrement;
    }

    /// <summary>The weights of every neuron sum to the same: none wins because it has more of them.</summary>
    private void Normalize(float total)
    {
        Array.Clear(_sums);
        for (int i = 0; i < _features; i++)
            TensorPrimitives.Add(_sums, Weights.AsSpan(i * _units, _units), _sums);
        for (int n = 0; n < _units; n++)
            _sums[n] = _sums[n] > 0 ? total / _sums[n] : 1;
        for (int i = 0; i < _features; i++)
            TensorPrimitives.Multiply(Weights.AsSpan(i * _units, _units), _sums, Weights.AsSpan(i * _units, _units));
    }
}

/// <summary>What learning takes beside the setting.</summary>
internal sealed record CompetitionLearning(float LearningRate, float DepressionRate, float TotalWeight, float ThresholdIncrement, float ThresholdTimeConstant)
{
    public static CompetitionLearning Of(SpikingCompetitionOptions options, int features) => new(
        (float)options.LearningRate, (float)options.DepressionRate, (float)(options.TotalWeight ?? 0.1 * features), (float)options.ThresholdIncrement, (float)options.ThresholdTimeConstant);
}
