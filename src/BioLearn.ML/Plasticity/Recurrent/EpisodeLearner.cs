using System.Numerics;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>What one episode of the associative memory task came to.</summary>
/// <param name="Loss">The loss that is trained.</param>
/// <param name="AbsoluteError">Σ |y - target| over the pattern: the error that Miconi's program logs.</param>
/// <param name="WrongSigns">Elements whose sign is not the target's.</param>
internal readonly record struct EpisodeResult(double Loss, double AbsoluteError, int WrongSigns);

/// <summary>Everything to run one episode after another: inputs and outputs, forward run, gradient engine.</summary>
internal sealed class EpisodeLearner<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AssociativeMemoryTask _task;
    private readonly RecurrentForward<T> _forward;
    private readonly IGradientEngine<T> _engine;
    private readonly PlasticEpisode<T> _episode;

    public EpisodeLearner(PlasticRecurrentNetwork<T> network, AssociativeMemoryTask task, GradientEngine engine, TraceStorage storage, bool direct, int threads = 1)
    {
        _task = task;
        Gradients = new(network, direct);
        _episode = new(network.Neurons, task.Steps);
        _forward = new(network, task.Steps, storage, threads);
        _engine = engine == GradientEngine.RealTimeRecurrentLearning ? new RecurrentRtrl<T>(network, Gradients) : new RecurrentBackward<T>(network, _forward, Gradients);
    }

    public RecurrentGradients<T> Gradients { get; }

    /// <summary>The outputs of the last step.</summary>
    public ReadOnlySpan<T> LastOutput => _episode.Output(_task.Steps)[.._episode.Neurons];

    /// <summary>Runs an episode and adds its gradients, weighted by its share of the batch.</summary>
    public EpisodeResult Learn(AssociativeMemoryEpisode<T> drawn, double share)
    {
        drawn.WriteTo(_episode);
        _forward.Run(_episode);
        var result = Score(drawn.Target, share);
        _engine.Run(_episode);
        return result;
    }

    private EpisodeResult Score(ReadOnlySpan<T> target, double share)
    {
        var output = _episode.Output(_task.Steps);
        var gradient = _episode.OutputGradient(_task.Steps);
        double squares = 0, absolute = 0;
        int wrong = 0;
        T slope = T.CreateChecked(2 * _task.LossWeight * share);
        for (int k = 0; k < target.Length; k++)
        {
            T error = output[k] - target[k];
            double magnitude = double.CreateChecked(T.Abs(error));
            gradient[k] = slope * error;
            squares += magnitude * magnitude;
            absolute += magnitude;
            // An output of exactly 0 has no sign, and is wrong.
            if (!(output[k] * target[k] > T.Zero))
                wrong++;
        }

        return new(_task.LossWeight * squares, absolute, wrong);
    }
}
